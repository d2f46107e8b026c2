/**
 * One process at a time: a file that exists while somebody works.
 * @module
 */
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { TalosError } from '../../shared/errors.js'
import { SECOND } from '../../shared/time.js'

/** Longer than whoever holds it may take: then its process died, and the lock is taken over. */
const ABANDONED_MS = 20 * SECOND
const PATIENCE_MS = 45 * SECOND
const LOOK_EVERY_MS = 50

function take(lock: string): boolean {
  try {
    writeFileSync(lock, `${process.pid}\n`, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** How long ago it was taken; 0 when it has just been given back. */
function ageOf(lock: string): number {
  try {
    return Date.now() - statSync(lock).mtimeMs
  } catch {
    return 0
  }
}

/**
 * Runs the task while no other process runs one on the same lock. It must take less than 20 s.
 * @throws TalosError `unavailable` when the lock does not become free
 */
export async function withLock<T>(lock: string, task: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(lock), { recursive: true, mode: 0o700 })
  const deadline = performance.now() + PATIENCE_MS
  while (!take(lock)) {
    if (performance.now() > deadline)
      throw new TalosError('unavailable', `${lock} is held by another process. If there is none, remove it.`)
    // Two may take it over at once; what is done under it must bear that.
    if (ageOf(lock) > ABANDONED_MS) rmSync(lock, { force: true })
    else await sleep(LOOK_EVERY_MS)
  }
  try {
    return await task()
  } finally {
    rmSync(lock, { force: true })
  }
}
