/**
 * Folders outside the data directory, for a server whose user cannot enter it. Others may write near them, so each
 * is checked before anything in it is run or trusted.
 * @module
 */
import { chmod, copyFile, lstat, mkdir, mkdtemp, readdir, rename, rm, stat, symlink } from 'node:fs/promises'
import path from 'node:path'
import { TalosError } from '../../shared/errors.js'

/**
 * The first place that exists or can be made, that is a real folder of ours, and that nobody else may write to.
 *
 * @throws TalosError `config_invalid` when there is none
 */
export async function firstSafePlace(places: readonly string[]): Promise<string> {
  for (const place of places) if (await isSafe(place)) return place
  throw new TalosError(
    'config_invalid',
    `None of ${places.join(', ')} is a folder that only this user can write to. Remove what is there, or set TALOS_DATABASE_URL to a PostgreSQL of your own.`,
  )
}

async function isSafe(place: string): Promise<boolean> {
  try {
    const made = await mkdir(place, { recursive: true })
    // The umask may have closed it.
    if (made !== undefined) await chmod(place, 0o755)
    // lstat: a symbolic link that somebody else put there must not lead us elsewhere.
    const found = await lstat(place)
    return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0
  } catch {
    return false
  }
}

/**
 * Copies a tree so that everybody can read it and run its programs, whatever the umask was. The copy appears whole
 * or not at all, and of several copiers one wins.
 *
 * @param finish completes the copy before it appears
 * @returns true when this call made the copy, false when it was there
 */
export async function copyForAll(
  from: string,
  to: string,
  finish: (copy: string) => Promise<unknown>,
): Promise<boolean> {
  if (await exists(to)) return false
  const draft = await mkdtemp(`${to}.`)
  try {
    await copyTree(from, draft)
    await finish(draft)
    await rename(draft, to)
    return true
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (await exists(to)) return false
    throw error
  }
}

export const exists = (file: string): Promise<boolean> =>
  lstat(file).then(
    () => true,
    () => false,
  )

async function copyTree(from: string, to: string): Promise<void> {
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name)
    const target = path.join(to, entry.name)
    if (entry.isDirectory()) {
      await mkdir(target)
      await copyTree(source, target)
    } else if (entry.isFile()) {
      await copyFile(source, target)
      await chmod(target, (await stat(source)).mode & 0o100 ? 0o755 : 0o644)
    }
  }
}

/**
 * Puts a new folder into a place and a link to it where it was wanted. Of several that do so at once, one wins.
 *
 * @returns the new folder, or undefined when the link was there
 */
export async function linkedFolder(place: string, link: string): Promise<string | undefined> {
  // A new name each time: who removed the data directory wants to begin anew, not to find the old database again.
  const folder = await mkdtemp(path.join(place, 'database-'))
  await chmod(folder, 0o755)
  try {
    await symlink(folder, link)
    return folder
  } catch (error) {
    await rm(folder, { recursive: true })
    if (await exists(link)) return undefined
    throw error
  }
}
