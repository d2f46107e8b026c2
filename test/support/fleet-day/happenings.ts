/**
 * What befalls a fleet within a day, drawn from a seed: stations fail and return, people change their minds.
 * @module
 */
import type { PassRecord } from '../../../shared/api/passes.js'
import { HOUR, iso, MINUTE } from '../../../shared/time.js'
import type { Pick } from '../random.js'
import type { Stage } from './stage.js'

export interface Happening {
  /** Epoch ms. */
  readonly atMs: number
  /** For people. */
  readonly what: string
  readonly act: () => Promise<unknown>
}

const ORG = 'main'
const CAMPAIGN = { priority: 5, minDurationS: 60 } as const
/** All have returned by then, so that what they flew alone is told. */
const LAST_RETURN_MS = 20 * MINUTE

/** Everything but the elements. The first happening makes the campaigns. */
export function calamities(stage: Stage, startMs: number, endMs: number, random: Pick): Happening[] {
  const length = endMs - startMs
  const at = (part: number) => startMs + Math.round(length * part)
  return [
    ...people(stage, startMs, at, random),
    ...stage.antennas.flatMap((_, i) => failures(stage, i, { startMs, endMs }, random)),
  ]
}

function people(
  { ask, antennas, satellites, time }: Stage,
  startMs: number,
  at: (part: number) => number,
  random: Pick,
): Happening[] {
  const ids = new Map<string, string>()
  const half = Math.ceil(satellites.length / 2)
  const make = (name: string, more: object) => async () => {
    const { id } = await ask('POST', `/orgs/${ORG}/campaigns`, { name, ...CAMPAIGN, ...more })
    ids.set(name, id)
  }
  const change = (name: string, body: object) => () =>
    ask('PATCH', `/orgs/${ORG}/campaigns/${ids.get(name)}`, body)
  const station = (i: number, act: string, body: object) => () =>
    ask('POST', `/orgs/${ORG}/stations/${antennas.at(i)?.stationId}/${act}`, body)
  const cancelOne = async () => {
    const { items } = await ask('GET', `/orgs/${ORG}/contacts?open=true&limit=20`)
    const one = items[random(Math.max(1, items.length))]
    if (one !== undefined) await ask('POST', `/orgs/${ORG}/contacts/${one.id}/cancel`, { reason: 'rain' })
  }
  const maintain = (i: number, now: boolean) => async () => {
    const lasts = Math.max(5 * MINUTE, (at(1) - startMs) / 24)
    const from = time.now() + (now ? 0 : lasts / 2)
    const body = { ...(now ? {} : { from: iso(from) }), to: iso(from + lasts), reason: 'greasing', now }
    await ask('POST', `/orgs/${ORG}/stations/${antennas.at(i)?.stationId}/maintenance`, body)
  }
  /** Lets a contact stand, and books a pass that no campaign has, where there is one. */
  const fix = async () => {
    const { items: booked } = await ask('GET', `/orgs/${ORG}/contacts?open=true&state=scheduled&limit=20`)
    const one = booked[random(Math.max(1, booked.length))]
    if (one !== undefined) await ask('POST', `/orgs/${ORG}/contacts/${one.id}/fix`, {})
    const window = `from=${iso(time.now() + 10 * MINUTE)}&to=${iso(time.now() + 4 * HOUR)}`
    const { items: passes } = await ask('GET', `/orgs/${ORG}/passes?${window}`)
    const usable = passes.filter((p: PassRecord) => !p.clippedStart && !p.clippedEnd && p.maxEl > 10)
    for (let tries = 0; tries < 5 && usable.length > 0; tries++) {
      const { stationId, satelliteId, tca } = usable[random(usable.length)]
      const body = { stationId, satelliteId, at: tca }
      // The antenna can be another fixed contact's, locked, or gone.
      const isBooked = await ask('POST', `/orgs/${ORG}/contacts`, body).then(
        () => true,
        (error: Error) => {
          if (/contact_conflict|station_state/.test(error.message)) return false
          throw error
        },
      )
      if (isBooked) break
    }
  }
  const bar = (i: number, is: boolean, act: () => Promise<unknown>) => async () => {
    if (is) antennas.at(i)?.bar(true)
    await act()
    if (!is) antennas.at(i)?.bar(false)
  }
  const list: Happening[] = [
    { atMs: startMs, what: 'campaign A', act: make('A', { satellites: satellites.slice(0, half) }) },
    {
      atMs: startMs,
      what: 'campaign B',
      act: make('B', { satellites: satellites.slice(half), priority: 3 }),
    },
    { atMs: at(0.15), what: 'maintenance of station 1', act: maintain(0, false) },
    { atMs: at(0.6), what: 'maintenance of the last but one, at once', act: maintain(-2, true) },
    { atMs: at(0.85), what: 'maintenance of station 1', act: maintain(0, false) },
    { atMs: at(0.2), what: 'B matters more than A', act: change('B', { priority: 9 }) },
    { atMs: at(0.35), what: 'A is switched off', act: change('A', { enabled: false }) },
    {
      atMs: at(0.45),
      what: 'campaign C',
      act: make('C', { satellites: satellites.slice(0, 3), priority: 10 }),
    },
    { atMs: at(0.5), what: 'A is switched on', act: change('A', { enabled: true }) },
    {
      atMs: at(0.75),
      what: 'B ends',
      act: () => ask('DELETE', `/orgs/${ORG}/campaigns/${ids.get('B')}`),
    },
    ...[0.1, 0.3, 0.55, 0.8].map((part) => ({
      atMs: at(part),
      what: 'a contact is called off',
      act: cancelOne,
    })),
    ...[0.05, 0.25, 0.42, 0.7].map((part) => ({
      atMs: at(part),
      what: 'one contact is fixed, one is booked by hand',
      act: fix,
    })),
  ]
  if (antennas.length > 1)
    list.push(
      {
        atMs: at(0.4),
        what: 'the last but one is locked',
        act: bar(-2, true, station(-2, 'lock', { reason: 'noise' })),
      },
      { atMs: at(0.48), what: 'and unlocked', act: bar(-2, false, station(-2, 'unlock', {})) },
      {
        atMs: at(0.65),
        what: 'the last one is revoked',
        act: bar(-1, true, station(-1, 'revoke', { name: antennas.at(-1)?.name })),
      },
    )
  return list
}

/** Each station loses its line twice and its power once, for minutes to an hour, or an eighth of a short day. */
function failures(
  { antennas }: Stage,
  i: number,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  random: Pick,
): Happening[] {
  const antenna = antennas[i]
  if (antenna === undefined) return []
  const last = endMs - LAST_RETURN_MS
  const drawn = (shortest: number, longest: number): [number, number] => {
    const atMs = startMs + 15 * MINUTE + random(Math.max(1, last - startMs - 30 * MINUTE))
    const lasts = Math.min((shortest + random(longest - shortest)) * MINUTE, (endMs - startMs) / 8)
    return [atMs, Math.min(last, atMs + lasts)]
  }
  const cuts = [drawn(3, 40), drawn(3, 40)].flatMap(([from, to]): Happening[] => [
    { atMs: from, what: `${antenna.name} loses its line`, act: async () => antenna.cut() },
    { atMs: to, what: `${antenna.name} has a line`, act: async () => antenna.mend() },
  ])
  const [off, on] = drawn(2, 60)
  return [
    ...cuts,
    { atMs: off, what: `${antenna.name} loses power`, act: () => antenna.switchOff() },
    { atMs: on, what: `${antenna.name} has power`, act: () => antenna.switchOn() },
  ]
}
