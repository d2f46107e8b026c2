/**
 * The folder of the Unix socket on which the embedded PostgreSQL listens.
 * @module
 */
import { chown, lstat, mkdir, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { TalosError } from '../../shared/errors.js'
import { canEnter, type ServerUser } from './server-user.js'

/** The kernel allows 108 bytes on Linux and 104 on macOS, the ending zero included; some clients need a few more. */
const MAX_SOCKET_PATH_BYTES = 100
/** No port is opened; PostgreSQL names its socket by this number. */
export const PORT = 5432
const TEMPORARY_PREFIX = 'talos-pg-'

const fits = (directory: string): boolean =>
  Buffer.byteLength(path.join(directory, `.s.PGSQL.${PORT}`)) < MAX_SOCKET_PATH_BYTES

/**
 * Makes the folder of the socket: the wanted one, or, when its path is too long for a socket, a new private one in
 * the temporary folder of the system.
 *
 * @throws TalosError `config_invalid` when no folder is short enough
 */
export async function makeSocketDir(wanted: string, user: ServerUser): Promise<string> {
  if (fits(wanted)) {
    await mkdir(wanted, { recursive: true, mode: 0o700 })
    await lend(wanted, user)
    return wanted
  }
  for (const parent of new Set([os.tmpdir(), '/tmp'])) {
    if (!fits(path.join(parent, `${TEMPORARY_PREFIX}123456`)) || !(await canEnter(user, parent))) continue
    // A random name, made by us, mode 0700: nobody can have put it there before.
    const directory = await mkdtemp(path.join(parent, TEMPORARY_PREFIX))
    await lend(directory, user)
    return directory
  }
  throw new TalosError(
    'config_invalid',
    `The path ${wanted} is too long for a Unix socket, and so is ${os.tmpdir()}. Choose a shorter TALOS_DATA_DIR or TMPDIR.`,
  )
}

/** Removes the folder of a socket that nobody listens on, if it was a temporary one of ours. */
export async function removeSocketDir(directory: string, user: ServerUser): Promise<void> {
  if (!path.basename(directory).startsWith(TEMPORARY_PREFIX)) return
  const found = await lstat(directory).catch(() => undefined)
  if (found?.isDirectory() && found.uid === user.uid) await rm(directory, { recursive: true, force: true })
}

async function lend(directory: string, user: ServerUser): Promise<void> {
  if (user.lent) await chown(directory, user.uid, user.gid)
}
