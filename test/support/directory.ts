/**
 * Folders for tests.
 * @module
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Test } from 'tap'

/**
 * A new empty folder that goes with the test. Other users may pass through it, so that a PostgreSQL which a root
 * started, and which is not root, finds its data in there.
 */
export function temporaryDirectory(t: Test): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'talos-'))
  chmodSync(directory, 0o711)
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
