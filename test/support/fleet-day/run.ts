/**
 * Runs a simulated day in a process of its own.
 * @module
 */
import { fork } from 'node:child_process'
import type { DayOptions, DayResult } from './day.js'
import type { FromDay } from './process.js'

export function runDay(options: DayOptions, say: (line: string) => void): Promise<DayResult> {
  const child = fork(new URL('./process.js', import.meta.url), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
  })
  child.send(options)
  return new Promise((resolve, reject) => {
    child.on('message', (message: FromDay) => {
      if (message.kind === 'line') say(message.line)
      else if (message.kind === 'result') resolve(message.result)
      else reject(new Error(message.reason))
    })
    child.once('exit', (code) => reject(new Error(`the simulation ended with code ${code}`)))
  })
}
