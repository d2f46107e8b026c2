/**
 * Programs of a bench: each on a core of its own where the machine has two, and looked at through /proc.
 * @module
 */
import { type ChildProcess, fork, type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** What is measured runs on one core, what measures it on another. */
export const SERVER_CORE = 0
export const LOAD_CORE = 1

export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0

/** Ends with this process, whatever happens to it. */
const children = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

function kept(child: ChildProcess): ChildProcess {
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

/** Starts a module of ours with a channel to it; `nodeFlags` such as `--expose-gc`. */
export function forkOn(core: number, module: URL, nodeFlags: readonly string[] = []): ChildProcess {
  const node = [process.execPath, ...nodeFlags]
  const [execPath = '', ...execArgv] = canPin ? ['taskset', '-c', String(core), ...node] : node
  return kept(fork(module, { execPath, execArgv, serialization: 'advanced' }))
}

/** Starts a program of the machine. */
export function spawnOn(
  core: number,
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  const [file = '', ...rest] = canPin ? ['taskset', '-c', String(core), command, ...args] : [command, ...args]
  return kept(spawn(file, rest, options))
}

/** The next message of a child. @throws when it ends first. */
export async function messageOf<T>(child: ChildProcess): Promise<T> {
  const stop = new AbortController()
  try {
    const message = once(child, 'message', { signal: stop.signal }).then(([value]) => value as T)
    const end = once(child, 'exit', { signal: stop.signal }).then(([code, signal]) => {
      throw new Error(`a program of the bench ended with ${code ?? signal}`)
    })
    return await Promise.race([message, end])
  } finally {
    stop.abort()
  }
}

/** Ours end when the channel is closed, and can still write their profile; others are told by a signal. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  if (child.connected) child.disconnect()
  else child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
  await ended
  clearTimeout(timer)
}

/** CPU time that all threads of a process have had, ms. */
export function cpuMs(pid: number): number {
  let ns = 0
  for (const task of readdirSync(`/proc/${pid}/task`))
    ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0])
  return ns / 1e6
}

/** Memory that a process holds, KiB. */
export function rssKib(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}

/** CPU time that everything has had on the cores of the bench, and what the host took from them, ms. Linux counts in 10 ms. */
export function coresMs(): number {
  const ours = canPin ? [`cpu${SERVER_CORE}`, `cpu${LOAD_CORE}`] : ['cpu']
  let ticks = 0
  for (const line of readFileSync('/proc/stat', 'utf8').split('\n')) {
    const [core = '', ...counts] = line.split(/\s+/)
    if (!ours.includes(core)) continue
    const [user = 0, nice = 0, system = 0, , , , , steal = 0] = counts.map(Number)
    ticks += user + nice + system + steal
  }
  return ticks * 10
}

/** This process and what it starts from now on, unless pinned elsewhere, run on one core. */
export function pinSelf(core: number): void {
  if (canPin) spawnSync('taskset', ['-apc', String(core), String(process.pid)])
}
