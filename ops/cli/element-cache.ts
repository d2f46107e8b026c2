/**
 * Elements for a command line that knows no server: from CelesTrak, kept in the data directory.
 * @module
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { TalosError } from '../../shared/errors.js'
import type { Omm } from '../../shared/messages.js'
import { parseElements } from '../../shared/orbit/elements.js'
import { parseEpoch } from '../../shared/orbit/epoch.js'
import { HOUR, SECOND } from '../../shared/time.js'

/** CelesTrak renews its data no more often, and blocks those who ask more often. */
const FRESH_MS = 2 * HOUR
const FETCH_MS = 15 * SECOND
/** One object is half a kilobyte. */
const LARGEST_ANSWER = 1_000_000

export interface CachedElements {
  readonly omm: Omm
  /** Where from, for people. */
  readonly said: string
}

export interface CacheOptions {
  /** TALOS_DATA_DIR */
  readonly dataDir: string
  /** Origin of CelesTrak, or of a mirror. */
  readonly celestrakUrl: string
  readonly nowMs: number
}

interface Kept {
  readonly omm: Omm
  readonly file: string
  readonly writtenMs: number
}

/**
 * The elements of one satellite: those that were fetched within two hours, else from CelesTrak, else the newest that are
 * kept.
 * @param id catalogue number
 * @throws TalosError `not_found` when there are none anywhere, saying what to do
 */
export async function cachedElements(id: string, options: CacheOptions): Promise<CachedElements> {
  const folder = resolve(options.dataDir, 'elements')
  const own = join(folder, `celestrak-${id}.json`)
  const kept = newestIn(folder, id)
  const age = Math.abs(options.nowMs - (kept?.writtenMs ?? 0))
  if (kept?.file === own && age < FRESH_MS) return { omm: kept.omm, said: kept.file }
  const url = `${options.celestrakUrl}/NORAD/elements/gp.php?CATNR=${id}&FORMAT=json`
  try {
    const text = await fetched(url)
    const omm = parseElements(text).elements.find((o) => String(o.NORAD_CAT_ID) === id)
    if (omm === undefined) throw new Error(`it has none of ${id}: ${JSON.stringify(text.slice(0, 60))}`)
    keep(folder, own, text)
    return { omm, said: new URL(url).host }
  } catch (cause) {
    const why = reasonOf(cause)
    if (kept !== null)
      return { omm: kept.omm, said: `${kept.file}, since ${new URL(url).host} did not serve: ${why}` }
    throw new TalosError(
      'not_found',
      [
        `There are no elements of ${id}: no --elements were given, none are kept in ${folder}, and ${new URL(url).host} did not serve: ${why}.`,
        `Where there is internet, save ${url} to a file,`,
        'and give that file with --elements FILE. OMM in JSON, XML or CSV and TLE are read.',
      ].join('\n'),
      { cause },
    )
  }
}

/** The newest set of a satellite among all files that are kept. */
function newestIn(folder: string, id: string): Kept | null {
  let best: Kept | null = null
  for (const name of names(folder)) {
    const file = join(folder, name)
    try {
      const omm = parseElements(readFileSync(file, 'utf8')).elements.find(
        (o) => String(o.NORAD_CAT_ID) === id,
      )
      if (omm === undefined) continue
      const isNewer = best === null || (parseEpoch(omm.EPOCH) ?? 0) > (parseEpoch(best.omm.EPOCH) ?? 0)
      if (isNewer) best = { omm, file, writtenMs: statSync(file).mtimeMs }
    } catch {
      // What cannot be read is no help; what can, is.
    }
  }
  return best
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

async function fetched(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS) })
  if (response.status === 403)
    throw new Error('it refuses this address for asking too often (403); try again in two hours')
  if (!response.ok) throw new Error(`it answered ${response.status}`)
  const text = await response.text()
  if (text.length > LARGEST_ANSWER) throw new Error(`its answer has ${text.length} characters`)
  return text
}

/** Whole or not at all; a disk that takes nothing does not stop the answer. */
function keep(folder: string, file: string, text: string): void {
  try {
    mkdirSync(folder, { recursive: true })
    const temporary = `${file}.${process.pid}`
    writeFileSync(temporary, text)
    renameSync(temporary, file)
  } catch (error) {
    process.stderr.write(`The elements could not be kept: ${reasonOf(error)}\n`)
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer within ${FETCH_MS / SECOND} s`
  // `fetch` says only that it failed; why is inside.
  return error.cause instanceof Error ? error.cause.message : error.message
}
