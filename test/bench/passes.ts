/**
 * `npm run bench -- passes [--large]`: the passes of a day by our search, by a ten-second loop over satellite.js, by
 * pyephem and by Skyfield, the same work in one run on one core; and each of ours beside the propagator itself.
 * @module
 */
import { fork } from 'node:child_process'
import { cpus } from 'node:os'
import { SECOND } from '../../shared/time.js'
import { merged, type Outcome, type Say, type Table } from './harness/outcome.js'
import { end, forkOn, messageOf, SERVER_CORE } from './harness/processes.js'
import { median, quantile, rounded } from './harness/statistics.js'
import { type Accuracy, accuracyOf } from './passes/accuracy.js'
import type { LargeTimed } from './passes/large-process.js'
import { moments, risesBeside } from './passes/moments.js'
import type { Job, Timed } from './passes/process.js'
import { altitudesBySkyfield, type PeerTimed, probe, risesBySkyfield, timePeer } from './passes/python.js'
import { isHere, MIN_ELEVATION, W200X20, W2000X50, W10000X1000 } from './passes/work.js'

/** Rounds of ours before those that count, and those. */
const WARM = 10
const ROUNDS = 15
/** Every n-th of the 2,000 satellites is held to the propagator; with --large all are. */
const SAMPLE = 20
/** AOS that Skyfield looks at. */
const SECOND_OPINIONS = 400
/** And of every n-th satellite all that it calls a rise. */
const RISES_OF = 8

const PAIRS = 4000

export interface Options {
  readonly large?: boolean
}

async function timedBy(job: Job): Promise<Timed> {
  const child = forkOn(SERVER_CORE, new URL('./passes/process.js', import.meta.url))
  try {
    child.send(job)
    return await messageOf<Timed>(child)
  } finally {
    await end(child)
  }
}

export async function bench(say: Say, { large = false }: Options = {}): Promise<Outcome> {
  if (!isHere())
    return {
      figures: {},
      tables: [],
      notes: ['The data is not here (shared/data beside the project): nothing measured.'],
    }
  return merged([
    {
      figures: {},
      tables: [],
      notes: [`${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`],
    },
    await speed(say),
    accuracy(say, large),
    secondOpinion(say),
    ...(large ? [await largest(say)] : []),
  ])
}

async function speed(say: Say): Promise<Outcome> {
  say('ours, 200 x 20')
  const small = await timedBy({ way: 'ours', work: W200X20, rounds: WARM + ROUNDS })
  const ours = median(small.seconds.slice(WARM))
  say('the loop, 200 x 20')
  const loop = await timedBy({ way: 'loop', work: W200X20, rounds: 1 })
  const [loopSeconds = Number.NaN] = loop.seconds
  const { python, here, acceleratedSgp4 } = probe()
  const peers = new Map<string, PeerTimed>()
  for (const peer of here) {
    say(`${peer}, 200 x 20`)
    peers.set(peer, timePeer(python, peer, W200X20, 1))
  }
  say('ours, 2,000 x 50')
  const middle = await timedBy({ way: 'ours', work: W2000X50, rounds: 5 })
  const seconds2000 = median(middle.seconds.slice(2))
  const speedup = (peer: string) => (peers.get(peer)?.seconds ?? Number.NaN) / ours
  const row = (name: string, seconds: number, passes: number, note = ''): string[] => [
    name,
    seconds.toPrecision(3),
    ((seconds / PAIRS) * 1e6).toFixed(1),
    `${rounded(seconds / ours, 0)} x`,
    String(passes),
    note,
  ]
  const table: Table = {
    title: '200 satellites x 20 stations x 24 h, one core',
    head: ['', 'CPU s', 'us a pair', 'against ours', 'passes', ''],
    rows: [
      row('ours', ours, small.passes, `the first time ${small.seconds[0]?.toPrecision(3)} s`),
      row('loop over satellite.js, 10 s', loopSeconds, loop.passes),
      ...[...peers].map(([name, { seconds, passes, lost }]) =>
        row(name, seconds, passes, lost === undefined ? '' : `${lost} pairs given up`),
      ),
      [
        'ours, 2,000 x 50',
        seconds2000.toPrecision(3),
        (seconds2000 * 10).toFixed(1),
        '',
        String(middle.passes),
        '',
      ],
    ],
  }
  return {
    figures: {
      speedupVsLoop: rounded(loopSeconds / ours, 1),
      ...(peers.has('ephem') ? { speedupVsEphem: rounded(speedup('ephem'), 0) } : {}),
      ...(peers.has('skyfield') ? { speedupVsSkyfield: rounded(speedup('skyfield'), 0) } : {}),
      cpuSeconds2000x50: rounded(seconds2000, 2),
    },
    tables: [table],
    notes: [
      `Ours: median of ${ROUNDS} rounds after ${WARM} for the compiler; of 2,000 x 50 the median of 3 after 2. The others: the whole of 200 x 20 once. 2,000 x 50 takes them 25 times as long, but for the loop, which shares its propagation: 10 times and 2.5 times what the look angles take.`,
      'CPU time of the whole process, its compiler and collector included; reading elements and SGP4 initialisation left out for all but the Python ones, where they are below 1 %.',
      acceleratedSgp4 === false
        ? "Skyfield: Debian's python3-sgp4 is not compiled; with a compiled one Skyfield would be faster."
        : '',
      ...(here.length < 2
        ? [`Missing: python3-ephem or python3-skyfield (found: ${here.join(', ') || 'none'}).`]
        : []),
    ].filter((note) => note !== ''),
  }
}

function accuracy(say: Say, large: boolean): Outcome {
  say('200 x 20 beside the propagator')
  const small = accuracyOf(W200X20, true)
  const every = large ? 1 : SAMPLE
  say(`2,000 x 50 beside the propagator, every ${every}. satellite`)
  const middle = accuracyOf({ ...W2000X50, every }, false)
  const all = [small, middle]
  const edges = all.flatMap(({ apart }) => apart.flatMap(({ aosMs, losMs }) => [aosMs, losMs]))
  const sum = (count: (a: Accuracy) => number) => all.reduce((total, a) => total + count(a), 0)
  const row = (name: string, { passes, missed, invented, apart }: Accuracy): string[] => {
    const at = (values: number[], digits = 2) =>
      [0.5, 0.99, 1].map((q) => quantile(values, q).toFixed(digits)).join(' / ')
    return [
      name,
      String(passes),
      String(missed),
      String(invented),
      at(apart.flatMap(({ aosMs, losMs }) => [aosMs, losMs])),
      at(apart.map(({ tcaMs }) => tcaMs)),
      at(
        apart.map(({ maxEl }) => maxEl),
        5,
      ),
    ]
  }
  return {
    figures: {
      maxAosErrorMs: rounded(quantile(edges, 1), 2),
      p99AosErrorMs: rounded(quantile(edges, 0.99), 3),
      missed: sum(({ missed }) => missed),
      invented: sum(({ invented }) => invented),
    },
    tables: [
      {
        title: 'Ours beside a root-find on the propagator itself; p50 / p99 / max',
        head: ['', 'passes', 'missed', 'invented', 'AOS and LOS, ms', 'TCA, ms', 'max el, degrees'],
        rows: [
          row('200 x 20', small),
          row(large ? '2,000 x 50' : `2,000 x 50, every ${SAMPLE}. satellite`, middle),
        ],
      },
    ],
    notes: [
      `The loop misses ${small.loopMissed} of the ${small.passes} passes of 200 x 20${small.loopMissed === 0 ? '' : `, the longest of ${small.loopLongest.toFixed(1)} s`}.`,
    ],
  }
}

/** How high Skyfield, which shares no line with us, sees the satellites at the moments that we call AOS. */
function secondOpinion(say: Say): Outcome {
  const { python, here } = probe()
  if (!here.includes('skyfield')) return { figures: {}, tables: [], notes: [] }
  say('what Skyfield sees at our AOS')
  const altitudes = altitudesBySkyfield(python, W200X20, moments(W200X20, SECOND_OPINIONS))
  const off = altitudes.map((altitude) => Math.abs(altitude - MIN_ELEVATION))
  const some = { ...W200X20, every: RISES_OF }
  const { apart, onlyOurs, onlyTheirs } = risesBeside(risesBySkyfield(python, some), some)
  const late = apart.filter(({ ms }) => ms > SECOND)
  const ms = (q: number) =>
    quantile(
      apart.map((rise) => rise.ms),
      q,
    ).toFixed(0)
  return {
    figures: {},
    tables: [],
    notes: [
      `Skyfield's find_events(), every ${RISES_OF}. satellite: ${apart.length} rises that both have, ${onlyOurs} only ours, ${onlyTheirs} only theirs; ${ms(0.5)} / ${ms(0.99)} / ${ms(1)} ms apart (p50 / p99 / max). At the ${late.length} that are more than 1 s from ours its own altaz() is off ${MIN_ELEVATION} degrees by ${quantile(
        late.map(({ degrees }) => degrees),
        0,
      ).toFixed(2)} at least.`,
      `At ${altitudes.length} of our AOS Skyfield's own altaz() says ${MIN_ELEVATION} degrees to ${quantile(off, 0.5).toExponential(1)} at p50, ${quantile(off, 1).toExponential(1)} at most (UT1 = UTC).`,
    ],
  }
}

async function largest(say: Say): Promise<Outcome> {
  say('ours, 10,000 x 1,000')
  const child = fork(new URL('./passes/large-process.js', import.meta.url), { serialization: 'advanced' })
  try {
    child.send(W10000X1000)
    const { cpuSeconds, wallSeconds, peakMib, passes } = await messageOf<LargeTimed>(child)
    return {
      figures: {
        cpuSeconds10000x1000: rounded(cpuSeconds, 1),
        peakMiB10000x1000: rounded(peakMib, 0),
      },
      tables: [
        {
          title: "10,000 satellites of every kind x 1,000 stations x 24 h, the director's pool, two threads",
          head: ['CPU s', 'wall s', 'MiB at most', 'passes'],
          rows: [[cpuSeconds.toFixed(1), wallSeconds.toFixed(1), peakMib.toFixed(0), String(passes)]],
        },
      ],
      notes: ['Kept of each pass in the large search: AOS, LOS, highest elevation, 20 bytes.'],
    }
  } finally {
    await end(child)
  }
}
