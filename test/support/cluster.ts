/**
 * Data directories that hold a database already: copied, since making one takes seconds on a busy machine.
 * @module
 */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import file, { type Test } from 'tap'
import { EmbeddedPostgres } from '../../core/db/embedded.js'
import { temporaryDirectory } from './directory.js'
import { silentLog } from './server.js'

let original: Promise<string> | undefined

/** A data directory of its own for a test, with a stopped, empty database in it. */
export async function preparedDataDir(t: Test): Promise<string> {
  original ??= prepare()
  const copy = path.join(temporaryDirectory(t), 'data')
  // -a: the database belongs to another user when we are root.
  const { status, stderr } = spawnSync('cp', ['-a', await original, copy], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`cp failed: ${stderr}`)
  return copy
}

async function prepare(): Promise<string> {
  const dataDir = path.join(temporaryDirectory(file), 'data')
  const server = new EmbeddedPostgres({
    dataDir,
    log: silentLog,
    onLost: (error) => file.fail(error.message),
  })
  await server.start()
  await server.stop()
  return dataDir
}
