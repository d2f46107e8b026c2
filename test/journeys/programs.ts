/**
 * The programs of Talos as child processes, as people run them: what they print is kept, their end is waited for.
 * @module
 */
import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { type Ready, readySchema, TALOS_BIN } from '../../ops/child.js'
import { BUSY_MACHINE } from '../support/busy-machine.js'

export interface Running {
  readonly pid: number
  readonly ready: Ready
  /** All that it has printed so far. */
  readonly output: () => string
  /** Sends the signal; resolves with the exit code, or the name of the signal that ended it. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | NodeJS.Signals | null>
}

/** Our environment without what could change a program of Talos, and with `more`. */
function environment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([key]) => !key.startsWith('TALOS_'))
  return { ...Object.fromEntries(others), ...BUSY_MACHINE, ...more }
}

/** Starts `talos ...` and waits until it says that it is ready. Killed with the test, if it still runs then. */
export async function runTalos(
  t: Test,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const child = fork(TALOS_BIN, [...args], {
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const exited = once(child, 'exit')
  let output = ''
  t.teardown(() => {
    child.kill('SIGKILL')
    if (!t.passing()) t.comment(`talos ${args.join(' ')} printed:\n${output}`)
  })
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const ready = await new Promise<Ready>((resolve, reject) => {
    child.on('message', (message) => {
      const said = readySchema.safeParse(message)
      if (said.success) resolve(said.data)
    })
    child.once('exit', () => reject(new Error(`talos ${args.join(' ')} ended early: ${output}`)))
  })
  return {
    pid: child.pid ?? 0,
    ready,
    output: () => output,
    async end(signal) {
      child.kill(signal)
      const [code, by] = await exited
      return by ?? code
    },
  }
}

/** Runs a command of the command line to its end. @throws Error with what it printed when it fails */
export async function talos(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return await promisify(execFile)(process.execPath, [TALOS_BIN, ...args], { env: environment(env) })
}

/** Lines of a program's log at or above a level of pino (30 info, 40 warn, 50 error). */
export function logged(output: string, level: number): string[] {
  return output.split('\n').filter((line) => Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? 0) >= level)
}

/**
 * The command lines of processes that were started with this folder in their arguments or environment, ourselves not
 * among them. Needs /proc; elsewhere it finds nothing.
 */
export function processesOf(folder: string): string[] {
  const read = (pid: string, file: string) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'latin1').replaceAll('\0', ' ').trim()
    } catch {
      // Ended meanwhile, of another user, or no /proc.
      return ''
    }
  }
  let pids: string[] = []
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  } catch {
    return []
  }
  return pids
    .filter((pid) => read(pid, 'cmdline').includes(folder) || read(pid, 'environ').includes(folder))
    .map((pid) => `${pid} ${read(pid, 'cmdline')}`)
}

const LOOK_EVERY_MS = 100

/**
 * Looks again and again until there is something to see.
 * @throws Error that says what was waited for, and the last error, when there is nothing within `patienceMs`
 */
export async function eventually<T>(
  what: string,
  patienceMs: number,
  look: () => T | null | Promise<T | null>,
): Promise<T> {
  const deadline = Date.now() + patienceMs
  let failure: unknown
  do {
    try {
      const seen = await look()
      if (seen !== null) return seen
    } catch (error) {
      failure = error
    }
    await pause(LOOK_EVERY_MS)
  } while (Date.now() < deadline)
  const why = failure instanceof Error ? ` (${failure.message})` : ''
  throw new Error(`${what}: not within ${patienceMs / 1000} s${why}`, { cause: failure })
}
