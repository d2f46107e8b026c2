/**
 * A program that a test runs beside itself and talks to by lines of JSON.
 * @module
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'

export interface Program {
  readonly child: ChildProcess
  /** All that it has printed so far, parsed. */
  readonly printed: readonly unknown[]
  /** Waits until it has printed something that fits; fails when it ends before. */
  until(fits: (printed: readonly unknown[]) => boolean): Promise<void>
  /** Waits for its end; what it printed is then complete. */
  readonly end: Promise<void>
}

/** Runs a compiled file with Node. Killed with the test, if it still runs then. */
export function runProgram(
  t: Test,
  file: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Program {
  // Without what tap puts into NODE_OPTIONS: it measures children, and another user may not be able to read it.
  const child = spawn('env', ['-u', 'NODE_OPTIONS', process.execPath, file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
  })
  t.teardown(() => child.kill('SIGKILL'))
  const printed: unknown[] = []
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const look of waiting) look()
  }
  if (child.stdout === null) throw new Error('The program has no output to read')
  createInterface({ input: child.stdout }).on('line', (line) => {
    printed.push(JSON.parse(line))
    wake()
  })
  let ended = false
  const end = new Promise<void>((resolve) => {
    child.once('close', () => {
      ended = true
      wake()
      resolve()
    })
  })
  const until = (fits: (printed: readonly unknown[]) => boolean) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        const found = fits(printed)
        if (!found && !ended) return
        waiting.delete(look)
        if (found) resolve()
        else reject(new Error(`The program ended early, having printed ${JSON.stringify(printed.slice(-5))}`))
      }
      waiting.add(look)
      look()
    })
  return { child, printed, until, end }
}
