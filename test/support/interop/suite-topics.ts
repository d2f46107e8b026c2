/**
 * The topics, filters and payloads of Eclipse Paho's suite as ours, and back. Our topics have a fixed form, so each of
 * theirs is given one by hand, such that a filter that the suite asks for matches where ours match.
 * @module
 */
import { onlineState, telemetry, topicOf } from '../broker.js'

/** Stations of these names stand for the first level of a topic of the suite. */
const A = 'station-topica-01'
const T = 'station-topic-001'
const EMPTY = 'station-empty-001'
const ANY = '+'

const TOPICS: ReadonlyMap<string, string> = new Map([
  ['TopicA', topicOf(A, 'telemetry/rot')],
  ['TopicA/B', topicOf(A, 'info')],
  ['TopicA/C', topicOf(A, 'state')],
  ['Topic/C', topicOf(T, 'state')],
  ['/TopicA', topicOf(EMPTY, 'state')],
])
const FILTERS: ReadonlyMap<string, string> = new Map([
  ['TopicA/+', topicOf(A, '+')],
  ['TopicA/#', topicOf(A, '#')],
  ['+/+', topicOf(ANY, '+')],
  ['/+', topicOf(EMPTY, '+')],
  ['/#', topicOf(EMPTY, '#')],
  ['#', topicOf('x', '').replace('/x/', '/#')],
])
const BACK: ReadonlyMap<string, string> = new Map([...TOPICS].map(([theirs, ours]) => [ours, theirs]))

/** What has no place among ours goes as it is, to be refused. */
export const ourTopic = (theirs: string): string => TOPICS.get(theirs) ?? theirs
export const ourFilter = (theirs: string): string => FILTERS.get(theirs) ?? ourTopic(theirs)
/** Null: not the suite's, such as the state of one of its own clients. */
export const theirTopic = (ours: string): string | null => BACK.get(ours) ?? null

/** The station whose own state this topic is: who has it as a will. */
export const stationOfWill = (theirs: string): string => ourTopic(theirs).split('/')[3] ?? ''

const INFO = {
  ...{ version: '0.1.0', capabilities: [], driver: { kind: 'simulated', model: 'none' } },
  ...{ ts: '2026-01-01T00:00:00.000Z', keyIssuedAt: '2026-01-01T00:00:00.000Z' },
  mount: {
    ...{
      azMin: 0,
      azMax: 450,
      elMin: 0,
      elMax: 90,
      azRate: 6,
      elRate: 6,
      beamwidth: 20,
      parkAz: 0,
      parkEl: 90,
    },
    keepOut: [],
  },
}

/** Payloads of the suite travel as a number in a message of ours, for only that passes its schema. */
export class Payloads {
  readonly #kept: Buffer[] = []

  /** Keeps the payload; its name is an id of ours. */
  keep(payload: Buffer): string {
    return `payload-${this.#kept.push(payload) - 1}`
  }

  /** A message that our topic takes. */
  wrap(topic: string, payload: Buffer): string {
    const bootId = this.keep(payload)
    if (topic.endsWith('/state')) return onlineState({ bootId })
    return topic.endsWith('/info') ? JSON.stringify({ ...INFO, bootId }) : telemetry(Number(bootId.slice(8)))
  }

  unwrap(message: string): Buffer {
    const { bootId, seq } = JSON.parse(message) as { bootId?: string; seq: number }
    return this.#kept[bootId === undefined ? seq : Number(bootId.slice(8))] ?? Buffer.alloc(0)
  }
}
