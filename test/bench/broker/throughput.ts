/**
 * How many messages a second, and what each costs.
 * @module
 */
import type { Outcome, Say } from '../harness/outcome.js'
import { median, rounded, spread } from '../harness/statistics.js'
import { MANY } from './accounts.js'
import type { LoadResult } from './load.js'
import { announced, type LoadGenerator, REPETITIONS, type Results, type Shape } from './loads.js'
import { type Peer, type PeerName, TITLES } from './peers.js'

const TIMES = { warmMs: 500, measureMs: 1500 }

interface Case {
  readonly title: string
  /** Its figures are called so, with `VsAedes` and `VsMosquitto`. */
  readonly figure: string
  readonly shape: Shape
}

const both = (figure: string, title: string, shape: Omit<Shape, 'qos' | keyof typeof TIMES>): Case[] =>
  ([0, 1] as const).map((qos) => ({
    title: `QoS ${qos} ${title}`,
    figure: `${figure}${qos}`,
    shape: { ...TIMES, ...shape, qos },
  }))

/** At most 1,000 messages are under way; 100 to each reader where there are many. */
const CASES: readonly Case[] = [
  ...both('fanIn', `${MANY} -> 1`, { publishers: MANY, readers: 1, window: 1000 / MANY }),
  ...both('fanOut', `1 -> ${MANY}`, { publishers: 1, readers: MANY, window: 100 }),
  ...both('oneOne', '1 -> 1', { publishers: 1, readers: 1, window: 1000 }),
]

const RIVALS = { aedes: 'VsAedes', mosquitto: 'VsMosquitto' } as const

/** The ratio in each round, then the middle one: neighbours in time had the same machine. */
function ratio(results: Results, rival: PeerName): number | undefined {
  const theirs = results.get(rival)
  const ours = results.get('talos') ?? []
  if (theirs === undefined) return undefined
  return rounded(median(ours.map(({ perSecond }, i) => perSecond / (theirs[i]?.perSecond ?? Number.NaN))), 2)
}

const thousands = (value: number) => `${(value / 1000).toFixed(1)}k`
const percent = (value: number) => `${Math.round(value * 100)} %`

const row = (title: string, name: PeerName, results: readonly LoadResult[]) => {
  const all = (key: keyof LoadResult) => results.map((result) => result[key])
  return [
    title,
    TITLES[name],
    spread(all('perSecond'), thousands),
    median(all('serverUs')).toFixed(1),
    percent(median(all('serverShare'))),
    percent(median(all('loadShare'))),
    percent(median(all('foreign'))),
    String(all('lost').reduce((sum, lost) => sum + lost, 0)),
  ]
}

export async function throughput(peers: readonly Peer[], load: LoadGenerator, say: Say): Promise<Outcome> {
  const figures: Record<string, number> = {}
  const rows: string[][] = []
  for (const { title, figure, shape } of CASES) {
    announced(say, title)
    // Once for nothing, so that no peer is measured while its code is still being compiled.
    await load.compare(peers, shape, 1)
    const results = await load.compare(peers, shape, REPETITIONS)
    for (const [name, list] of results) rows.push(row(title, name, list))
    for (const [rival, suffix] of Object.entries(RIVALS)) {
      const value = ratio(results, rival as PeerName)
      if (value !== undefined) figures[`${figure}${suffix}`] = value
    }
  }
  return {
    figures,
    tables: [
      {
        title: `Messages a second that reached readers: median [range] of ${REPETITIONS}`,
        head: ['load', 'broker', 'messages/s', 'us CPU/message', 'its core', "load's core", 'others', 'lost'],
        rows,
      },
    ],
    notes: [],
  }
}
