/**
 * Under which account of the operating system the embedded PostgreSQL runs. PostgreSQL refuses to run as root, so a
 * core that is root lends its server the account `nobody`, or whoever owns the cluster already.
 * @module
 */
import { execFile } from 'node:child_process'
import os from 'node:os'
import { promisify } from 'node:util'
import { TalosError } from '../../shared/errors.js'

const run = promisify(execFile)

export interface Ids {
  readonly uid: number
  readonly gid: number
}

export interface ServerUser extends Ids {
  /** As the operating system names it; PostgreSQL's peer authentication compares names. */
  readonly name: string
  /** True when core is root and the server is not: paths must then be checked from the server's side. */
  readonly lent: boolean
}

/** `nobody` and `nogroup` on every common Linux. */
const NOBODY: Ids = { uid: 65534, gid: 65534 }

/**
 * @param ours the account of this process
 * @param owner the owner of an existing cluster
 * @throws TalosError `config_invalid` when the cluster belongs to somebody else
 */
export function chooseServerIds(ours: Ids, owner: Ids | undefined): Ids {
  if (ours.uid === 0) return owner === undefined || owner.uid === 0 ? NOBODY : owner
  if (owner === undefined || owner.uid === ours.uid) return ours
  throw new TalosError(
    'config_invalid',
    `The database in the data directory belongs to user id ${owner.uid}, this program runs as ${ours.uid}. Run it as that user or as root, or choose another TALOS_DATA_DIR.`,
  )
}

/** @throws TalosError `config_invalid` when the account has no name on this machine */
export async function findServerUser(ours: Ids, owner: Ids | undefined): Promise<ServerUser> {
  const ids = chooseServerIds(ours, owner)
  try {
    const name =
      ids.uid === ours.uid
        ? os.userInfo().username
        : (await run('id', ['-nu', String(ids.uid)])).stdout.trim()
    return { ...ids, name, lent: ids.uid !== ours.uid }
  } catch (cause) {
    throw new TalosError(
      'config_invalid',
      `User id ${ids.uid} has no name on this machine (/etc/passwd), and PostgreSQL does not run without one. Add it, or set TALOS_DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    )
  }
}

/**
 * How to spawn a program of PostgreSQL: as the server's user, in a folder that it can enter, with nothing of our
 * environment, which holds secrets and would show in /proc/PID/environ.
 */
export const spawnAs = (user: ServerUser) => ({
  cwd: '/',
  env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
  ...(user.lent ? { uid: user.uid, gid: user.gid } : {}),
})

/** Whether the server's user can work in a folder: all the folders above let it pass. Asked of the system itself. */
export async function canEnter(user: ServerUser, directory: string): Promise<boolean> {
  if (!user.lent) return true
  try {
    await run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], spawnAs(user))
    return true
  } catch {
    return false
  }
}
