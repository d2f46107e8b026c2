/**
 * Elements for a command line that knows no server: from CelesTrak, kept in the data directory.
 * @module
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fetchSource } from '../../director/source-fetch.js'
import { TalosError } from '../../shared/errors.js'
import type { Omm } from '../../shared/messages.js'
import { parseElements } from '../../shared/orbit/elements.js'
import { parseEpoch } from '../../shared/orbit/epoch.js'
import { HOUR, SECOND } from '../../shared/time.js'
import { Asked, type Look, writeWhole } from './asked.js'

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
  const { celestrakUrl, nowMs } = options
  const folder = resolve(options.dataDir, 'elements')
  const own = join(folder, `celestrak-${id}.json`)
  const kept = newestIn(folder, id)
  const age = Math.abs(nowMs - (kept?.writtenMs ?? 0))
  if (kept?.file === own && age < FRESH_MS) return { omm: kept.omm, said: kept.file }
  const url = `${celestrakUrl}/NORAD/elements/gp.php?CATNR=${id}&FORMAT=json`
  const { host } = new URL(url)
  const asked = new Asked(folder, nowMs)
  let why = asked.whyNot(url)
  if (why === null) {
    const found = await fetched(id, url, celestrakUrl)
    asked.note(url, found, Math.random())
    if (found.omm !== null) {
      writeWhole(folder, own, found.text)
      return { omm: found.omm, said: host }
    }
    why = found.result
  }
  if (kept !== null) return { omm: kept.omm, said: `${kept.file}, since ${host} did not serve: ${why}` }
  throw new TalosError(
    'not_found',
    [
      `There are no elements of ${id}: no --elements were given, none are kept in ${folder}, and ${host} did not serve: ${why}.`,
      `Where there is internet, save ${url} to a file,`,
      'and give that file with --elements FILE. OMM in JSON, XML or CSV and TLE are read.',
    ].join('\n'),
  )
}

type Found = Look & { readonly omm: Omm | null; readonly text: string }

async function fetched(id: string, url: string, celestrakUrl: string): Promise<Found> {
  const answer = await fetchSource(
    url,
    { etag: null, lastModified: null },
    // Who runs the command has named it.
    { trusted: new Set([new URL(celestrakUrl).origin]), timeoutMs: FETCH_MS, mostBytes: LARGEST_ANSWER },
  )
  if (!answer.ok) return { ...answer, omm: null, text: '' }
  const { text } = answer
  const omm = setOf(id, text)
  if (omm !== null) return { outcome: 'changed', result: 'served', retryAfterS: null, omm, text }
  const result = `it has none of ${id}: ${JSON.stringify(text.slice(0, 60))}`
  return { outcome: 'failed', result, retryAfterS: null, omm, text }
}

/** Null where the text has no set of it, or is none. */
function setOf(id: string, text: string): Omm | null {
  try {
    return parseElements(text).elements.find((o) => String(o.NORAD_CAT_ID) === id) ?? null
  } catch (error) {
    if (error instanceof TalosError) return null
    throw error
  }
}

/** The newest set of a satellite among all files that are kept. */
function newestIn(folder: string, id: string): Kept | null {
  let best: Kept | null = null
  for (const name of names(folder)) {
    const file = join(folder, name)
    try {
      const omm = setOf(id, readFileSync(file, 'utf8'))
      if (omm === null) continue
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
