/**
 * Where this package lies on the disk, whether it runs from build/ or was copied elsewhere.
 * @module
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The nearest folder above this file that holds a package.json. */
export function packageRoot(): string {
  let directory = path.dirname(fileURLToPath(import.meta.url))
  while (!existsSync(path.join(directory, 'package.json'))) {
    const parent = path.dirname(directory)
    if (parent === directory) throw new Error(`No package.json lies above ${fileURLToPath(import.meta.url)}`)
    directory = parent
  }
  return directory
}
