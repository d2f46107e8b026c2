/**
 * A person beside an antenna who pastes the line that core shows, on a machine without Talos: a folder of its own stands
 * for the machine, and nothing of this repository or of our environment is in reach.
 * @module
 */
import { spawn } from 'node:child_process'
import path from 'node:path'
import type { Test } from 'tap'

export interface Machine {
  /** Empty, or with what earlier lines have left. */
  readonly folder: string
  /** What the person adds to the line, such as `--simulated`. */
  readonly options?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface Pasted {
  /** All that it has printed so far. */
  readonly output: () => string
  /** Resolves when it has printed this; rejects when it ends before. */
  readonly until: (pattern: RegExp) => Promise<void>
  /** The exit code, or the name of the signal. */
  readonly ended: Promise<number | NodeJS.Signals | null>
  /** Ends it with all that it has started. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | NodeJS.Signals | null>
}

/** The environment of a stranger's shell. */
const strangersEnv = ({ folder, env }: Machine) => ({
  PATH: [path.dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
  HOME: folder,
  LANG: 'C.UTF-8',
  TALOS_PREFIX: folder,
  ...env,
})

/** Runs a line in a shell; killed with the test, with all that it has started. */
export function runLine(t: Test, line: string, machine: Machine): Pasted {
  const child = spawn('/bin/sh', ['-c', line], {
    cwd: machine.folder,
    env: strangersEnv(machine),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, which is ended as one.
    detached: true,
  })
  let output = ''
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const look of waiting) look()
  }
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      wake()
    })
  let hasEnded = false
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => {
      hasEnded = true
      wake()
      resolve(signal ?? code)
    })
  })
  const kill = (signal: NodeJS.Signals): void => {
    if (!hasEnded && child.pid !== undefined) process.kill(-child.pid, signal)
  }
  t.teardown(async () => {
    kill('SIGKILL')
    await ended
    if (!t.passing()) t.comment(`${line}\nprinted:\n${output}`)
  })
  return {
    output: () => output,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!pattern.test(output) && !hasEnded) return
          waiting.delete(look)
          if (pattern.test(output)) resolve()
          else reject(new Error(`it ended without printing ${pattern}:\n${output}`))
        }
        waiting.add(look)
        look()
      }),
    ended,
    end: (signal) => {
      kill(signal)
      return ended
    },
  }
}

/** Pastes the `installCommand` of a token. Without sudo: TALOS_PREFIX puts all of it below the folder. */
export const pasteInstallLine = (t: Test, installCommand: string, machine: Machine): Pasted =>
  runLine(t, [installCommand.replace('| sudo sh', '| sh'), ...(machine.options ?? [])].join(' '), machine)
