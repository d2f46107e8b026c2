/**
 * The load generator, a process of its own: it drives one broker with one load and tells what came through.
 *
 * Throughput is a closed loop: so many messages may be under way, and each that arrives makes room for the next, so
 * that nothing queues without bound and what is counted can be sustained. Latency is an open loop: messages go out
 * when they are due, whatever has come back, and their time counts from when they were due.
 * @module
 */
import { coresMs, cpuMs } from '../harness/processes.js'
import { quantile } from '../harness/statistics.js'
import { EVERY_TELEMETRY, readerId, stationId } from './accounts.js'
import { LoadClient } from './load-client.js'
import { numberOf, PAYLOAD_BYTES, stationOf, Telemetry } from './telemetry.js'

export interface LoadJob {
  readonly port: number
  /** Of the broker, to count its CPU time. */
  readonly pid: number
  readonly publishers: number
  readonly readers: number
  readonly qos: 0 | 1
  readonly warmMs: number
  readonly measureMs: number
  /** Closed loop: messages that each publisher may have under way to each reader. */
  readonly window?: number
  /** Open loop: messages a second of all publishers together. */
  readonly perSecond?: number
}

export interface LoadResult {
  /** Messages a second that reached readers. */
  readonly perSecond: number
  /** CPU time of the broker for each of them, microseconds, and its share of one core. */
  readonly serverUs: number
  readonly serverShare: number
  /** Share of one core that this process had. */
  readonly loadShare: number
  /** How much of the two cores others had meanwhile; above a few hundredths it spoils the measurement. */
  readonly foreign: number
  readonly lost: number
  /** From when a message was due to its arrival, ms; of open loops. */
  readonly p50: number
  readonly p99: number
}

/** Unacknowledged messages of one publisher with QoS 1, as Mosquitto's default has it too. */
const ACK_WINDOW = 20
/** A closed loop that waits so long has lost messages, and starts again. */
const STALLED_MS = 250

const TYPE_PUBLISH = 3
const TYPE_PUBACK = 4

class Load {
  readonly #telemetry: Telemetry[]
  readonly #sent: Float64Array
  readonly #acked: Float64Array
  /** By reader, then by publisher: the number after the last that arrived. */
  readonly #reached: Float64Array[]
  #publishers: LoadClient[] = []
  #readers: LoadClient[] = []
  #delivered = 0
  #lost = 0
  #due: Float64Array | null = null
  #latencies: number[] = []
  #isMeasuring = false
  #isOver = false

  constructor(readonly job: LoadJob) {
    const { publishers, readers, qos } = job
    this.#telemetry = Array.from({ length: publishers }, (_, n) => new Telemetry(n, qos))
    this.#sent = new Float64Array(publishers)
    this.#acked = new Float64Array(publishers)
    this.#reached = Array.from({ length: readers }, () => new Float64Array(publishers))
  }

  async run(): Promise<LoadResult> {
    const { job } = this
    await this.#connect()
    if (job.perSecond === undefined) this.#refill()
    else this.#keepTime(job.perSecond)
    let last = 0
    const stalled = setInterval(() => {
      if (job.perSecond === undefined && this.#delivered === last) this.#forgive()
      last = this.#delivered
    }, STALLED_MS)
    await pause(job.warmMs)
    const from = this.#look()
    this.#isMeasuring = true
    await pause(job.measureMs)
    const to = this.#look()
    this.#isOver = true
    clearInterval(stalled)
    for (const client of [...this.#publishers, ...this.#readers]) client.close()
    const [ms, delivered] = [to.at - from.at, to.delivered - from.delivered]
    const serverShare = (to.serverMs - from.serverMs) / ms
    const loadShare = (to.loadMs - from.loadMs) / ms
    return {
      perSecond: (delivered / ms) * 1000,
      serverUs: (serverShare * ms * 1000) / delivered,
      ...{ serverShare, loadShare },
      foreign: Math.max(0, (to.coresMs - from.coresMs) / ms - serverShare - loadShare),
      lost: to.lost - from.lost,
      p50: quantile(this.#latencies, 0.5),
      p99: quantile(this.#latencies, 0.99),
    }
  }

  async #connect(): Promise<void> {
    const { port, publishers, readers, qos } = this.job
    for (let n = 0; n < readers; n++) {
      const client = await LoadClient.open(port, readerId(n), EVERY_TELEMETRY, qos)
      this.#hear(client, this.#reached[n] ?? new Float64Array())
      this.#readers.push(client)
    }
    for (let n = 0; n < publishers; n++) {
      const client = await LoadClient.open(port, stationId(n))
      client.onPacket = (first) => {
        if (first >> 4 === TYPE_PUBACK) this.#acked[n] = (this.#acked[n] ?? 0) + 1
      }
      client.onChunk = () => this.#refill()
      this.#publishers.push(client)
    }
  }

  #hear(client: LoadClient, reached: Float64Array): void {
    let ids: number[] = []
    client.onPacket = (first, bytes, at, end) => {
      if (first >> 4 !== TYPE_PUBLISH) return
      const number = numberOf(bytes, end - PAYLOAD_BYTES)
      const station = stationOf(bytes, at)
      this.#delivered++
      this.#lost += number - (reached[station] ?? 0)
      reached[station] = number + 1
      if ((first & 6) !== 0) {
        const idAt = end - PAYLOAD_BYTES - 2
        ids.push(bytes[idAt] ?? 0, bytes[idAt + 1] ?? 0)
      }
      if (this.#due !== null && this.#isMeasuring) this.#time(station, number)
    }
    client.onChunk = () => {
      if (ids.length > 0) {
        const acks = Buffer.allocUnsafe(ids.length * 2)
        for (let i = 0; i < ids.length; i += 2) acks.set([0x40, 2, ids[i] ?? 0, ids[i + 1] ?? 0], i * 2)
        ids = []
        client.socket.write(acks)
      }
      this.#refill()
    }
  }

  /**
   * Closed loop: each publisher sends what there is room for. Stations speak one message at a time, so each message is
   * a segment of its own, and the publishers take turns.
   */
  #refill(): void {
    if (this.job.window === undefined || this.#isOver) return
    const room = this.#telemetry.map((_, p) => this.#room(p))
    for (let most = Math.max(...room), i = 0; i < most; i++)
      for (let p = 0; p < room.length; p++) if ((room[p] ?? 0) > i) this.#send(p)
  }

  #room(publisher: number): number {
    const { window = 0, qos } = this.job
    const sent = this.#sent[publisher] ?? 0
    let room = qos === 1 ? ACK_WINDOW - sent + (this.#acked[publisher] ?? 0) : window
    for (const reached of this.#reached) room = Math.min(room, window - sent + (reached[publisher] ?? 0))
    return room
  }

  #send(publisher: number): void {
    const number = this.#sent[publisher] ?? 0
    this.#sent[publisher] = number + 1
    const packet = this.#telemetry[publisher]?.packet(number)
    if (packet !== undefined) this.#publishers[publisher]?.socket.write(packet)
  }

  /** What has not come for so long does not come any more. */
  #forgive(): void {
    for (const reached of this.#reached)
      for (let p = 0; p < reached.length; p++) {
        this.#lost += (this.#sent[p] ?? 0) - (reached[p] ?? 0)
        reached[p] = this.#sent[p] ?? 0
      }
    this.#acked.set(this.#sent)
    this.#refill()
  }

  /** Open loop, publisher after publisher. It spins, because timers are late by a millisecond. */
  #keepTime(perSecond: number): void {
    const { publishers, warmMs, measureMs } = this.job
    const due = new Float64Array(Math.ceil(((warmMs + measureMs) / 1000 + 2) * perSecond))
    const start = performance.now()
    for (let i = 0; i < due.length; i++) due[i] = start + (i * 1000) / perSecond
    this.#due = due
    let next = 0
    const turn = () => {
      if (this.#isOver) return
      const now = performance.now()
      while ((due[next] ?? Number.POSITIVE_INFINITY) <= now) this.#send(next++ % publishers)
      setImmediate(turn)
    }
    turn()
  }

  #time(station: number, number: number): void {
    const due = this.#due?.[number * this.job.publishers + station]
    if (due !== undefined) this.#latencies.push(performance.now() - due)
  }

  #look() {
    const { user, system } = process.cpuUsage()
    return {
      at: performance.now(),
      delivered: this.#delivered,
      lost: this.#lost,
      serverMs: cpuMs(this.job.pid),
      loadMs: (user + system) / 1000,
      coresMs: coresMs(),
    }
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

process.on('message', (job: LoadJob) => {
  new Load(job).run().then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ failure: String(error) }),
  )
})
process.once('disconnect', () => process.exit())
