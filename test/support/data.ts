/**
 * The data that tests share and the project does not carry.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs'
import type { Test } from 'tap'

/** `shared/data` beside the project; this file runs from `build/test/support`. */
const FOLDER = new URL('../../../../shared/data/', import.meta.url)

/**
 * The text of a data file, for instance `sgp4/tcppver.out`. Where the data is absent: null and a skipped test for
 * people, a failed one in CI, so that no machine goes green by not looking.
 */
export function dataFile(t: Test, name: string): string | null {
  const file = new URL(name, FOLDER)
  if (existsSync(file)) return readFileSync(file, 'utf8')
  if (process.env['CI'] === undefined) t.pass(`needs ${name}`, { skip: `${file.pathname} is not here` })
  else t.fail(`${file.pathname} is not here`)
  return null
}
