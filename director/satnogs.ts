/**
 * What SatNOGS DB answers (its API, read in its source and documentation; never asked from here), in our words.
 * @module
 */
import { z } from 'zod'
import {
  type CatalogueFacts,
  catalogueReplaceRequest,
  type TransmitterFacts,
  transmitterFacts,
} from '../shared/api/transmitters.js'
import { TalosError } from '../shared/errors.js'

/** What was read, and how many entries were not to be used. */
export interface Read<T> {
  readonly items: T[]
  readonly skipped: number
}

const list = z.array(z.unknown()).max(100_000)
const catalogueNumber = z.int().min(1).max(999_999_999)

function entriesOf(text: string): unknown[] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new TalosError('elements_unavailable', 'the answer of SatNOGS DB is not JSON', { cause })
  }
  const parsed = list.safeParse(json)
  if (!parsed.success) throw new TalosError('elements_unavailable', 'the answer of SatNOGS DB is no list')
  return parsed.data
}

function read<T>(text: string, one: (entry: unknown) => T | null): Read<T> {
  const entries = entriesOf(text)
  const items = entries.flatMap((entry) => one(entry) ?? [])
  return { items, skipped: entries.length - items.length }
}

const tleEntry = z.looseObject({ tle0: z.string(), tle1: z.string(), tle2: z.string() })

/** `api/tle/`: as three lines each, for the reader of TLE. */
export function tleTextFrom(text: string): string {
  const { items } = read(text, (entry) => tleEntry.safeParse(entry).data ?? null)
  return items.map(({ tle0, tle1, tle2 }) => [tle0, tle1, tle2].map(oneLine).join('\n')).join('\n')
}

const oneLine = (text: string) => text.replace(/[\r\n]+/g, ' ')

const frequency = z.number().nullish()
const transmitterEntry = z.looseObject({
  uuid: z.string(),
  description: z.string(),
  type: z.string().nullish(),
  uplink_low: frequency,
  uplink_high: frequency,
  downlink_low: frequency,
  downlink_high: frequency,
  mode: z.string().nullish(),
  baud: z.number().nullish(),
  invert: z.boolean().nullish(),
  status: z.string(),
  norad_cat_id: catalogueNumber,
})

const KINDS: Readonly<Record<string, TransmitterFacts['kind']>> = {
  Transmitter: 'transmitter',
  Transceiver: 'transceiver',
  Transponder: 'transponder',
}

/** Whole Hz; 0 stands for none there. */
const hertz = (value: number | null | undefined) =>
  value === null || value === undefined || value <= 0 ? null : Math.round(value)

/** A band, or one frequency; an upper end without or below a lower one says nothing. */
function band(low: number | null | undefined, high: number | null | undefined) {
  const [from, to] = [hertz(low), hertz(high)]
  return [from, from === null || to === null || to < from ? null : to] as const
}

const CONTROL = /[\p{Cc}\p{Cs}]+/gu
const plain = (text: string, most: number) => text.replace(CONTROL, ' ').trim().slice(0, most).trim()

function transmitterFrom(entry: unknown): TransmitterFacts | null {
  const parsed = transmitterEntry.safeParse(entry)
  if (!parsed.success) return null
  const t = parsed.data
  const [downlinkLowHz, downlinkHighHz] = band(t.downlink_low, t.downlink_high)
  const [uplinkLowHz, uplinkHighHz] = band(t.uplink_low, t.uplink_high)
  const mode = plain(t.mode ?? '', 60)
  const facts = transmitterFacts.safeParse({
    id: t.uuid,
    satelliteId: String(t.norad_cat_id),
    description: plain(t.description, 200) || 'unnamed',
    kind: KINDS[t.type ?? ''] ?? 'transmitter',
    downlinkLowHz,
    downlinkHighHz,
    uplinkLowHz,
    uplinkHighHz,
    mode: mode === '' ? null : mode,
    baud: typeof t.baud === 'number' && t.baud > 0 ? t.baud : null,
    invert: t.invert ?? false,
    // SatNOGS DB does not say.
    polarisation: null,
    status: t.status,
  })
  return facts.data ?? null
}

/** `api/transmitters/`. Those of objects without a catalogue number are left out. */
export const transmittersFrom = (text: string): Read<TransmitterFacts> => read(text, transmitterFrom)

const satelliteEntry = z.looseObject({
  norad_cat_id: catalogueNumber,
  name: z.string(),
  status: z.string(),
  decayed: z.string().nullish(),
})

const oneFact = catalogueReplaceRequest.shape.items.element

function satelliteFrom(entry: unknown): CatalogueFacts | null {
  const parsed = satelliteEntry.safeParse(entry)
  if (!parsed.success) return null
  const { norad_cat_id, name, status, decayed } = parsed.data
  const decayedMs = Date.parse(decayed ?? '')
  const facts = {
    satelliteId: String(norad_cat_id),
    name: plain(name, 200),
    life: status,
    decayedAt: Number.isNaN(decayedMs) ? null : new Date(decayedMs).toISOString(),
  }
  return oneFact.safeParse(facts).data ?? null
}

/** `api/satellites/`. */
export const satellitesFrom = (text: string): Read<CatalogueFacts> => read(text, satelliteFrom)
