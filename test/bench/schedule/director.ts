/**
 * One change in a standing schedule, through the director's own path: from opportunities to the schedule for core, in
 * the thread that solves.
 * @module
 */
import type { Opportunity } from '../../../director/opportunities.js'
import { type Hold, makeSchedule, type Schedule, type ScheduleInput } from '../../../director/schedule.js'
import type { Question, Solved } from '../../../director/schedule-worker.js'
import { Thread } from '../../../director/thread.js'
import type { Satellite } from '../../../shared/orbit/propagate.js'
import { HOUR, MINUTE, SECOND } from '../../../shared/time.js'
import { campaign, elements, mount, record, SITE, station } from '../../director/fixtures.js'
import type { Case } from './cases.js'

/** So many contacts stand before the change. */
const STANDING = 1000
/** What passes between the schedule and the change. */
const LATER_MS = MINUTE

export interface Change {
  readonly title: string
  readonly ms: number
  readonly standing: number
  /** Contacts that the change did not take away and that are gone all the same. */
  readonly moved: number
  /** Opportunities that were looked at. */
  readonly touched: number
  readonly gapPct: number
}

const [omm] = elements()
if (omm === undefined) throw new Error('no training satellite')
const anyRecord = record(omm)

function opportunitiesOf({ problem, priority, maxEl }: Case): Opportunity[] {
  const antennas = problem.setupMs.map((_, i) => ({
    station: station(`station-${i}`),
    site: SITE,
    mount: mount(),
  }))
  return problem.tasks.flatMap(({ station: s, satellite: id, aosMs, losMs }, i) => {
    const antenna = antennas[s]
    const rank = priority[id] ?? 1
    if (antenna === undefined) return []
    const pass = { aos: aosMs, tca: (aosMs + losMs) / 2, los: losMs, aosAz: 0, tcaAz: 90, losAz: 180 }
    const light = { aos: 'sunlit', tca: 'sunlit', los: 'sunlit' } as const
    const rest = { maxEl: maxEl[i] ?? 0, durationS: (losMs - aosMs) / SECOND, rangeKm: 1000, light }
    return [
      {
        antenna,
        // The schedule asks for dry runs only, which are answered here.
        satellite: {} as Satellite,
        record: { ...anyRecord, id: String(id), name: `SAT ${id}` },
        campaign: campaign(`campaign-${rank}`, [String(id)], { priority: rank, simultaneous: 1 }),
        pass: { ...pass, ...rest, clippedStart: false, clippedEnd: false },
        onTarget: 1,
        link: { downlinkHz: null, uplinkHz: null, power: 1 },
      },
    ]
  })
}

const keyOf = (o: Opportunity) => `${o.antenna.station.id} ${o.record.id} ${Math.round(o.pass.tca / MINUTE)}`

export async function changes(from: Case): Promise<Change[]> {
  const program = new URL('../../../director/schedule-worker.js', import.meta.url)
  const solver = new Thread<Question, Solved>(program, 'search for a schedule')
  const all = opportunitiesOf(from)
  const nowMs = all.reduce((first, o) => Math.min(first, o.pass.aos), Number.POSITIVE_INFINITY)
  let touched = 0
  const make = (opportunities: readonly Opportunity[], more: Partial<ScheduleInput>) =>
    makeSchedule({
      ...{ opportunities, standing: [], forbidden: [], hindered: [], campaigns: [], holdOf: () => 'free' },
      gapMs: () => MINUTE,
      obstacles: async (chosen) => chosen.map(() => null),
      solve: (question) => {
        touched = question.since?.touched.length ?? opportunities.length
        return solver.ask(question)
      },
      ...{ nowMs, toMs: nowMs + 24 * HOUR, memory: null },
      ...more,
    })
  try {
    let hours = 1
    let day = all.filter((o) => o.pass.los < nowMs + hours * HOUR)
    let before = await make(day, {})
    while (before.chosen.length < STANDING && hours < 24) {
      hours++
      day = all.filter((o) => o.pass.los < nowMs + hours * HOUR)
      before = await make(day, {})
    }
    const booked = new Set(before.chosen.map(({ o }) => keyOf(o)))
    const again = {
      holdOf: (o: Opportunity): Hold => (booked.has(keyOf(o)) ? 'uploaded' : 'free'),
      memory: before.memory,
      nowMs: nowMs + LATER_MS,
    }
    const middle = before.chosen[before.chosen.length >> 1]?.o
    const ofSatellite = (o: Opportunity) => o.record.id === middle?.record.id
    const found: Change[] = []
    for (const [title, changed] of [
      ['one station is lost', day.filter((o) => o.antenna.station.id !== middle?.antenna.station.id)],
      [
        'one campaign counts more',
        day.map((o) =>
          ofSatellite(o) ? { ...o, campaign: { ...o.campaign, priority: 10, id: 'changed' } } : o,
        ),
      ],
      [
        'one satellite has new elements',
        day.map((o) =>
          ofSatellite(o)
            ? { ...o, pass: { ...o.pass, aos: o.pass.aos + 5 * SECOND, los: o.pass.los + 15 * SECOND } }
            : o,
        ),
      ],
      ['one opportunity is gone', day.filter((o) => o !== middle)],
    ] as const) {
      const began = performance.now()
      const after: Schedule = await make(changed, again)
      const ms = performance.now() - began
      const stays = new Set(after.chosen.map(({ o }) => keyOf(o)))
      const possible = new Set(changed.map(keyOf))
      const moved = before.chosen.filter(({ o }) => possible.has(keyOf(o)) && !stays.has(keyOf(o))).length
      const gapPct = (100 * (after.bound - after.value)) / after.bound
      found.push({ title, ms, standing: before.chosen.length, moved, touched, gapPct })
    }
    return found
  } finally {
    await solver.stop()
  }
}
