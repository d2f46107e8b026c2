/**
 * Mutated packets against a whole broker, over TCP and over WebSocket, while bystanders go about their business.
 * @module
 */
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import v8 from 'node:v8'
import vm from 'node:vm'
import Fastify from 'fastify'
import { judgeStationMessage } from '../../../broker/judge-message.js'
import type { Limits } from '../../../broker/limits.js'
import { ANONYMOUS } from '../../../core/http/actor.js'
import { serveMqtt } from '../../../core/http/mqtt-socket.js'
import { OTHER_ORG, STRANGER, telemetry, topicOf, user, World } from '../broker.js'
import { seededRandom } from '../random.js'
import { publishPacket, type RawClient, readPublish, TYPE } from '../raw-mqtt.js'
import { actorsOf } from './seeds.js'
import { type Door, session } from './session.js'

/** Sessions side by side. */
const LANES = 8
/** How often the bystanders talk, ms. */
const TALK_MS = 10
/** A message to a bystander that takes so long is lost, ms. */
const LOST_MS = 30_000
const MANY = 1e9
/** Rates and places, so that what is tried is read and not sent away; sizes stay as they are. */
const LOOSE: Partial<Limits> = {
  ...{ failures: MANY, failuresPerAddress: MANY, penaltyStrikes: MANY, connectsPerMinute: MANY },
  ...{ messageBurst: MANY, byteBurst: MANY, subscribeBurst: MANY, packetBurst: MANY },
  ...{ connectionsPerService: LANES, loopDelayMs: MANY, connectsPerSecond: MANY },
}

export interface FuzzReport {
  /** Mutated packets that were tried, and all packets. */
  readonly mutations: number
  readonly packets: number
  readonly sessions: number
  /** Of the mutated ones. */
  readonly overWebSocket: number
  readonly seconds: number
  /** Messages that were accepted: mutations that were none, and lawful packets. */
  readonly accepted: number
  /** Round trips of the bystanders, ms: from a PUBLISH to its reader. */
  readonly latency: {
    readonly p50: number
    readonly p99: number
    readonly max: number
    readonly count: number
  }
  /** Bytes of heap in use after a collection, at the first tenth and then at each tenth. */
  readonly heap: readonly number[]
  /** What must not be: empty. */
  readonly faults: readonly string[]
}

/** Every garbage collection that V8 can make at once. */
function collector(): () => void {
  v8.setFlagsFromString('--expose-gc')
  return vm.runInNewContext('gc') as () => void
}

/** Two who know nothing of it: a station of another organisation and a person who listens to it. */
class Bystanders {
  readonly #latencies: number[] = []
  #said = 0
  #isOver = false

  constructor(
    readonly world: World,
    readonly station: RawClient,
    readonly person: RawClient,
  ) {}

  static async enter(world: World): Promise<Bystanders> {
    const foreign = user(['view_telemetry'], { org: OTHER_ORG, sessionId: 'session-rival-01' })
    world.principals.set('ticket', foreign)
    const person = await world.as('ticket', { clientId: 'user:session-rival-01:1', keepalive: 300 })
    const station = await world.as(STRANGER, { keepalive: 300 })
    await person.subscribe([`talos/${OTHER_ORG}/gs/+/state`, `talos/${OTHER_ORG}/gs/+/telemetry/+`], 1)
    await station.subscribe(
      [topicOf(STRANGER, 'cmd/#', OTHER_ORG), topicOf(STRANGER, 'plan/#', OTHER_ORG)],
      1,
    )
    return new Bystanders(world, station, person)
  }

  /** Talks until `stop`; faults is where it says what it should not have heard. */
  async talk(faults: string[]): Promise<void> {
    const topic = topicOf(STRANGER, 'telemetry/rot', OTHER_ORG)
    for (;;) {
      await pause(TALK_MS)
      if (this.#isOver) return
      const payload = telemetry(++this.#said)
      const from = performance.now()
      this.station.send(publishPacket(topic, payload))
      const lost = new AbortController()
      const heard = await Promise.race([
        this.person.nextPublish(),
        this.station.closed,
        pause(LOST_MS, undefined, { signal: lost.signal }),
      ])
      lost.abort()
      this.#latencies.push(performance.now() - from)
      if (heard?.topic !== topic || heard.payload !== payload)
        faults.push(`the bystander heard ${heard?.topic} ${heard?.payload}`)
      if (heard === undefined || this.station.isClosed || this.person.isClosed) return
      // Within its keepalive.
      if (this.#said % 1000 === 0) await this.person.ping()
      this.person.forget()
    }
  }

  stop(): void {
    this.#isOver = true
  }

  async areThere(): Promise<boolean> {
    return (await this.station.ping()) && (await this.person.ping())
  }

  /** The station of the other organisation is told nothing at all. */
  heard(): string[] {
    return this.station.received
      .filter(({ type }) => type === TYPE.publish)
      .map((packet) => `the station heard ${readPublish(packet).topic}`)
  }

  latency(): FuzzReport['latency'] {
    const sorted = this.#latencies.toSorted((a, b) => a - b)
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
    return { p50: at(0.5), p99: at(0.99), max: at(1), count: sorted.length }
  }
}

/** What a message that was accepted must not be. */
function misfits(world: World): string[] {
  return world.messages.flatMap(({ topic, message, principal }) => [
    ...(topic.sid === principal.id && topic.org === principal.org
      ? []
      : [`${principal.id} spoke as ${topic.sid}`]),
    ...(judgeStationMessage(topic, Buffer.from(JSON.stringify(message)), principal.capabilities).ok
      ? []
      : ['a misfit was accepted']),
  ])
}

/**
 * Tries so many mutated packets; the same seed tries the same in each lane.
 * @returns what was measured and what was wrong
 */
export async function fuzzBroker(cases: number, seed: number): Promise<FuzzReport> {
  const collect = collector()
  const faults: string[] = []
  const onWarning = ({ message }: Error) => faults.push(`a warning: ${message}`)
  process.on('warning', onWarning)
  const world = await new World({ limits: LOOSE }).start()
  const app = Fastify()
  await serveMqtt(app, world.broker, { authenticate: async () => ANONYMOUS }, () => new Set())
  await app.listen({ host: '127.0.0.1', port: 0 })
  const doors: readonly Door[] = [
    { transport: 'tcp', port: world.port },
    { transport: 'websocket', port: (app.server.address() as AddressInfo).port },
  ]
  const lanes = Array.from({ length: LANES }, (_, lane) => actorsOf(lane))
  for (const { connect, principal } of lanes.flat()) world.principals.set(String(connect.username), principal)
  const bystanders = await Bystanders.enter(world)
  const unwatch = world.broker.onPresence(({ kind, principal, reason }) => {
    if (principal.id === STRANGER) faults.push(`the bystander is ${kind}: ${reason}`)
  })
  const talking = bystanders.talk(faults)
  const heap: number[] = []
  let [mutations, packets, sessions, overWebSocket, accepted] = [0, 0, 0, 0, 0]
  const from = performance.now()
  const rest = () => {
    accepted += world.messages.length
    faults.push(...misfits(world))
    for (const list of [world.messages, world.refusals, world.presence]) list.length = 0
    if (mutations < (cases / 10) * (heap.length + 1)) return
    collect()
    heap.push(process.memoryUsage().heapUsed)
  }
  await Promise.all(
    lanes.map(async (actors, lane) => {
      const pick = seededRandom(seed + lane)
      while (mutations < cases) {
        const door = doors[pick(2)] as Door
        const tried = await session(door, actors[pick(actors.length)] as (typeof actors)[number], pick)
        mutations += tried.mutations
        packets += tried.packets
        sessions++
        if (door.transport === 'websocket') overWebSocket += tried.mutations
        if (tried.isHeld) faults.push(`a ${door.transport} connection was held for ever`)
        rest()
      }
    }),
  )
  const seconds = (performance.now() - from) / 1000
  bystanders.stop()
  await talking
  if (!(await bystanders.areThere())) faults.push('a bystander was cut')
  faults.push(...bystanders.heard(), ...world.errors)
  // Who was refused may linger for a moment; beyond the time for a CONNECT nobody waits, and nobody is forgotten.
  const left = () => world.broker.metrics().pending + world.broker.connections().length - 2
  for (let i = 0; left() !== 0; i++) {
    if (i === 300) {
      faults.push(`${left()} sockets are held for ever`)
      break
    }
    await pause(100)
  }
  if (world.broker.metrics().retained > LANES) faults.push('more is retained than a state for each station')
  unwatch()
  await app.close()
  await world.stop()
  process.off('warning', onWarning)
  return {
    ...{ mutations, packets, sessions, overWebSocket, seconds, accepted, heap, faults },
    latency: bystanders.latency(),
  }
}
