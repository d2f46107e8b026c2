/**
 * The files of the embedded PostgreSQL: `DATA_DIR/postgres`, or a link there to where its user can enter.
 *
 * ```
 * DATA_DIR/postgres/          of core's user, so that the server's user can plant nothing for a root core to follow
 *   18/                       the cluster, of the server's user
 *   run/                      the socket, of the server's user
 *   pg_hba.conf pg_ident.conf who may log in
 *   postgres.log
 * ```
 * @module
 */
import { execFile } from 'node:child_process'
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { TalosError } from '../../shared/errors.js'
import type { Logger } from '../context.js'
import type { Binaries } from './binaries.js'
import { exists, firstSafePlace, linkedFolder } from './places.js'
import { canEnter, type Ids, type ServerUser, spawnAs } from './server-user.js'

const run = promisify(execFile)

/** A cluster is readable by its own major version only. */
const MAJOR = '18'
/** The role that core logs in as; it owns the cluster. */
export const ROLE = 'talos'

export interface Layout {
  readonly cluster: string
  readonly run: string
  readonly hba: string
  readonly ident: string
  readonly log: string
}

const homeLink = (dataDir: string): string => path.join(dataDir, 'postgres')

const layoutOf = (home: string): Layout => ({
  cluster: path.join(home, MAJOR),
  run: path.join(home, 'run'),
  hba: path.join(home, 'pg_hba.conf'),
  ident: path.join(home, 'pg_ident.conf'),
  log: path.join(home, 'postgres.log'),
})

/** The owner of the cluster in a data directory, if there is one. */
export async function clusterOwner(dataDir: string): Promise<Ids | undefined> {
  return stat(layoutOf(homeLink(dataDir)).cluster).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

/**
 * Finds or makes the folder of the database.
 *
 * @param places where it may lie when the server's user cannot enter the data directory
 * @throws TalosError `config_invalid` when the server's user cannot get there, or it holds another major version
 */
export async function prepareLayout(
  dataDir: string,
  user: ServerUser,
  places: readonly string[],
  log: Logger,
): Promise<Layout> {
  const link = homeLink(dataDir)
  if (!(await exists(link))) {
    await makeFolder(dataDir, user.lent ? 0o711 : 0o700)
    if (await canEnter(user, dataDir)) {
      await makeFolder(link, user.lent ? 0o755 : 0o700)
    } else {
      const folder = await linkedFolder(await firstSafePlace(places), link)
      if (folder !== undefined) {
        log.warn(
          { link, folder },
          `User ${user.name}, as whom PostgreSQL runs, cannot enter ${dataDir}: the database lies in ${folder}`,
        )
      }
    }
  }
  const home = await realpath(link).catch((cause: Error) => {
    throw new TalosError('config_invalid', `${link} is a link to a folder that is gone: ${cause.message}`, {
      cause,
    })
  })
  if (!(await canEnter(user, home))) {
    throw new TalosError(
      'config_invalid',
      `User ${user.name}, as whom PostgreSQL runs, cannot enter ${home}. Let it pass (chmod o+x on the folders above), or choose another TALOS_DATA_DIR.`,
    )
  }
  const other = (await readdir(home)).find((name) => /^\d+$/.test(name) && name !== MAJOR)
  if (other !== undefined) {
    throw new TalosError(
      'config_invalid',
      `${home} holds a database of PostgreSQL ${other}, this version brings ${MAJOR}. Make a backup with the older Talos and restore it with this one.`,
    )
  }
  return layoutOf(home)
}

/** Makes a folder with exactly this mode, whatever the umask; leaves one that exists alone. */
async function makeFolder(folder: string, mode: number): Promise<void> {
  if ((await mkdir(folder, { recursive: true })) !== undefined) await chmod(folder, mode)
}

/** Makes the cluster unless there is one. It appears whole or not at all, and of several makers one wins. */
export async function prepareCluster(layout: Layout, user: ServerUser, binaries: Binaries): Promise<void> {
  if (await exists(layout.cluster)) return
  const draft = await mkdtemp(path.join(path.dirname(layout.cluster), 'init-'))
  try {
    if (user.lent) await chown(draft, user.uid, user.gid)
    await run(
      binaries.initdb,
      [
        `--pgdata=${draft}`,
        `--username=${ROLE}`,
        '--encoding=UTF8',
        // Sorted by code point like C, but upper and lower case of every script are known (search, sort).
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--auth=peer',
        '--no-instructions',
      ],
      spawnAs(user),
    )
    await rename(draft, layout.cluster)
  } catch (cause) {
    await rm(draft, { recursive: true, force: true })
    if (await exists(layout.cluster)) return
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TalosError('unavailable', `The database could not be created in ${layout.cluster}: ${reason}`, {
      cause,
    })
  }
}

/**
 * Lets in the accounts of the operating system that may be core, and nobody else, by the socket alone: the kernel
 * tells the server who is at the other end (peer), no password exists.
 */
export async function writeAccess(layout: Layout, accounts: readonly string[]): Promise<void> {
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
  await writeForServer(layout.hba, 'local all all peer map=core\n')
  await writeForServer(layout.ident, accounts.map((name) => `core ${quoted(name)} ${ROLE}\n`).join(''))
}

async function writeForServer(file: string, text: string): Promise<void> {
  await writeFile(file, text)
  await chmod(file, 0o644)
}
