/**
 * `npm run bench -- tracking`: real passes on real mounts, followed by our planner and agent, by «send where it is once a
 * second», by Gpredict's way and by that of the SatNOGS client, on one simulated mount (issue: the agent, point 3).
 * @module
 */
import { existsSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { TalosError } from '../../shared/errors.js'
import type { Mount } from '../../shared/messages.js'
import { onTargetSeconds } from '../../shared/mount/value.js'
import { parseElements } from '../../shared/orbit/elements.js'
import { satelliteFrom } from '../../shared/orbit/propagate.js'
import { LEAST_RATE, type RealMount, realMounts } from '../support/real-mounts.js'
import type { Outcome, Say, Table } from './harness/outcome.js'
import { rounded } from './harness/statistics.js'
import { contest, RIVALS, type Rival, type Tallies } from './tracking/contest.js'
import { BANDS, passesOver, type RealPass } from './tracking/passes.js'

const FOLDER = new URL('../../../../shared/data/', import.meta.url)
const START = Date.parse('2026-05-08T00:00:00.000Z')
const SATELLITES = 100
/** Passes of each band at each mount. */
const EACH = 2
const MIN_ELEVATION = 10
/** A crossed yagi for 70 cm, or a dish of half a metre in S band. */
const YAGI_DEG = 20
/** 70 wave lengths over the diameter, at 2.2 GHz. */
const dishBeam = (dishM: number): number => (70 * 0.1363) / dishM

/** Azimuth 6 degrees a second and elevation 3, as common rotators have. */
const ROTATOR: Mount = {
  azMin: 0,
  azMax: 360,
  elMin: 0,
  elMax: 90,
  azRate: 6,
  elRate: 3,
  azAccel: 6,
  elAccel: 3,
  deadband: 0.1,
  beamwidth: YAGI_DEG,
  parkAz: 180,
  parkEl: 90,
  keepOut: [],
}
/** The name in figures, the title, the travel. */
const ROTATORS: readonly (readonly [string, string, Partial<Mount>])[] = [
  ['rotator360', '0..360', {}],
  ['rotator450', '0..450', { azMax: 450 }],
  ['rotator720', '-180..540', { azMin: -180, azMax: 540 }],
  ['rotatorFlip', '0..450, elevation 0..180', { azMax: 450, elMax: 180 }],
]
/** Every so many of the passes are tried on each of them. */
const ROTATOR_SHARE = 3

const NAMES: Record<Rival, string> = {
  ours: 'Talos',
  naive: 'send where it is, 1 Hz',
  naiveNearest: 'the same, to the nearest turn',
  gpredict: 'Gpredict',
  satnogs: 'SatNOGS client',
  satnogsFlip: 'SatNOGS client, flip at 75',
}

function data(name: string): string {
  const file = new URL(name, FOLDER)
  if (!existsSync(file))
    throw new TalosError(
      'not_found',
      `${file.pathname} is not here: this bench needs the data beside the project.`,
    )
  return readFileSync(file, 'utf8')
}

const band = (i: number): string => (i < BANDS.length ? (BANDS[i]?.join('-') ?? '') : 'all')

function table(title: string, tallies: Tallies, rivals: readonly Rival[]): Table {
  const head = [
    '',
    ...[...BANDS.keys(), BANDS.length].map((i) => `${band(i)} (${tallies.ours[i]?.passes ?? 0})`),
  ]
  const rows = (what: string, show: (t: Tallies[Rival][number]) => string) =>
    rivals.map((r) => [`${what}: ${NAMES[r]}`, ...tallies[r].map(show)])
  return {
    title,
    head,
    rows: [
      ...rows('RMS, deg', (t) => t.rms.toFixed(2)),
      ...rows('worst instant, deg', (t) => t.worst.toFixed(1)),
      ...rows('on target, %', (t) => t.onTargetPct.toFixed(1)),
      ...rows('starts a pass', (t) => t.starts.toFixed(0)),
    ],
  }
}

const SUFFIX: Record<Rival, string> = {
  ours: 'Ours',
  naive: 'Naive',
  naiveNearest: 'NaiveNearest',
  gpredict: 'Gpredict',
  satnogs: 'Satnogs',
  satnogsFlip: 'SatnogsFlip',
}

/** `rmsDegOurs` of all passes, `rmsDegOurs86to90` of a band; with a prefix only of all. */
function figures(tallies: Tallies, prefix = ''): Record<string, number> {
  const found: Record<string, number> = {}
  for (const rival of RIVALS)
    for (const [i, t] of tallies[rival].entries()) {
      if (t.passes === 0 || (prefix !== '' && i < BANDS.length)) continue
      const tail = `${SUFFIX[rival]}${i < BANDS.length ? (BANDS[i]?.join('to') ?? '') : ''}`
      const name = (what: string) =>
        prefix === '' ? what : `${prefix}${what[0]?.toUpperCase()}${what.slice(1)}`
      found[`${name('rmsDeg')}${tail}`] = rounded(t.rms, 3)
      found[`${name('worstDeg')}${tail}`] = rounded(t.worst, 2)
      found[`${name('onTargetPct')}${tail}`] = rounded(t.onTargetPct, 2)
      found[`${name('startsPerPass')}${tail}`] = rounded(t.starts, 1)
    }
  return found
}

interface Entry {
  readonly mount: Mount
  readonly passes: readonly RealPass[]
}

/** Microseconds of processor time that the value of a pass takes, from tracks of 15 s. */
function valueCost(entries: readonly Entry[]): { mean: number; worst: number } {
  const costs: number[] = []
  for (const { mount, passes } of entries)
    for (const { track } of passes) {
      const coarse = {
        az: track.az.filter((_, i) => i % 15 === 0),
        el: track.el.filter((_, i) => i % 15 === 0),
        dtMs: 15_000,
      }
      let least = Number.POSITIVE_INFINITY
      for (let i = 0; i < 5; i++) {
        const begin = process.cpuUsage().user
        for (let n = 0; n < 20; n++) onTargetSeconds(mount, coarse)
        least = Math.min(least, (process.cpuUsage().user - begin) / 20)
      }
      costs.push(least)
    }
  return {
    mean: costs.reduce((a, b) => a + b, 0) / costs.length,
    worst: costs.reduce((a, b) => Math.max(a, b), 0),
  }
}

export async function bench(say: Say): Promise<Outcome> {
  const satellites = parseElements(data('sats-200.tle')).elements.slice(0, SATELLITES).map(satelliteFrom)
  const mounts = realMounts(data('mounts/antenna.cat'), data('mounts/position.cat'), () => YAGI_DEG)
  say(`${mounts.length} mounts: looking for passes`)
  const entryOf = ({ mount, site }: RealMount): Entry => ({
    mount,
    passes: passesOver(satellites, site, START, Math.max(MIN_ELEVATION, mount.elMin), EACH),
  })
  const real = mounts.map(entryOf)
  say('following them')
  const yagi = contest(real)
  const dishes = real.map(({ mount, passes }, i) => ({
    mount: { ...mount, beamwidth: dishBeam(mounts[i]?.dishM ?? 1) },
    passes,
  }))
  say('with the beams of the dishes')
  const dish = contest(dishes, ({ beamwidth }) => ({ gpredict: beamwidth / 4, satnogs: beamwidth / 4 }))
  const passes = real.flatMap((e) => e.passes)
  const rotators = ROTATORS.map(([key, title, travel]) => {
    say(`a rotator ${title}`)
    const mount = { ...ROTATOR, ...travel }
    const tallies = contest([{ mount, passes: passes.filter((_, i) => i % ROTATOR_SHARE === 0) }])
    return { key, title, tallies }
  })
  const cost = valueCost(real)
  const peers: readonly Rival[] = ['ours', 'naive', 'naiveNearest', 'gpredict', 'satnogs']
  return {
    figures: {
      ...figures(yagi),
      ...figures(dish, 'dish'),
      ...Object.assign({}, ...rotators.map(({ key, tallies }) => figures(tallies, key))),
      valueUsMean: rounded(cost.mean, 1),
      valueUsWorst: rounded(cost.worst, 1),
      mounts: mounts.length,
      passes: passes.length,
    },
    tables: [
      table(
        `${mounts.length} real mounts, each at its own place, as if with an antenna of ${YAGI_DEG} degrees; by culmination (passes)`,
        yagi,
        peers,
      ),
      table(
        'The same mounts with the beams of their dishes in S band; thresholds of the peers: a quarter of the beam',
        dish,
        peers,
      ),
      ...rotators.map(({ title, tallies }) =>
        table(`A rotator of 6 and 3 degrees a second, azimuth ${title}`, tallies, RIVALS),
      ),
    ],
    notes: [
      `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
      `Mounts: azimuth-elevation, at least ${LEAST_RATE.az} and ${LEAST_RATE.el} degrees a second; full speed within a second; 0.2 s from setpoint to motor. On target: within half the beam width. RMS and starts: mean over the passes. Worst instant: over all passes; in a planned unwinding it is what the turn costs.`,
      `The value of a pass for the schedule (track of 15 s): ${cost.mean.toFixed(0)} us of processor time in the mean, ${cost.worst.toFixed(0)} at most.`,
    ],
  }
}
