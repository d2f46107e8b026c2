/**
 * What `postmaster.pid` in a cluster says, and whether the process that it names is still a server.
 * @module
 */
import { readFileSync, unlinkSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

export interface PostmasterFile {
  readonly pid: number
  readonly socketDir: string
  readonly text: string
}

const fileOf = (cluster: string): string => path.join(cluster, 'postmaster.pid')

/** Undefined when there is none, or it is only half written. */
export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | undefined> {
  try {
    return parsePostmasterFile(await readFile(fileOf(cluster), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Line 1 is the process id, line 5 the folder of the socket (src/include/utils/pidfile.h of PostgreSQL). */
export function parsePostmasterFile(text: string): PostmasterFile | undefined {
  const lines = text.split('\n')
  const pid = Number(lines[0])
  const socketDir = lines[4]
  if (!Number.isSafeInteger(pid) || pid <= 1 || !socketDir?.startsWith('/')) return undefined
  return { pid, socketDir, text }
}

export type ProcessState = 'gone' | 'zombie' | 'other' | 'postgres'

/** What a process is now. Where /proc tells nothing (macOS), each living process counts as a server. */
export async function processState(pid: number): Promise<ProcessState> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone'
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined)
  return stat === undefined ? 'postgres' : parseProcessState(stat)
}

/** Reads `pid (name) state ...` (proc(5)); the name may itself hold brackets and spaces. */
export function parseProcessState(stat: string): ProcessState {
  const end = stat.lastIndexOf(')')
  const state = stat.at(end + 2)
  if (state === 'Z' || state === 'X') return 'zombie'
  return stat.slice(stat.indexOf('(') + 1, end) === 'postgres' ? 'postgres' : 'other'
}

/**
 * Removes the lock files of a server that is certainly dead. PostgreSQL does so itself when the process id is free;
 * it cannot when a zombie or a stranger has that id.
 */
export function removeStaleLocks(cluster: string, stale: PostmasterFile): void {
  // Read again, in the same breath as the removal: another core may have started a server in between.
  if (readFileSync(fileOf(cluster), 'utf8') !== stale.text) return
  unlinkSync(fileOf(cluster))
  const socketLock = path.join(stale.socketDir, '.s.PGSQL.5432.lock')
  try {
    if (Number(readFileSync(socketLock, 'utf8').split('\n')[0]) === stale.pid) unlinkSync(socketLock)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
