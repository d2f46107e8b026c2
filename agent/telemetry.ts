/**
 * What the station tells: position, health, state. Everything passes its schema on the way out (G5), carries the
 * station's clock and a sequence number (G12), and goes nowhere while the link is down.
 * @module
 */
import { statfs } from 'node:fs/promises'
import type { z } from 'zod'
import {
  type HealthTelemetry,
  healthTelemetrySchema,
  type OnlineState,
  onlineStateSchema,
  type RigTelemetry,
  type RotTelemetry,
  rigTelemetrySchema,
  rotTelemetrySchema,
} from '../shared/messages.js'
import { type Clock, iso, SECOND } from '../shared/time.js'
import { topics } from '../shared/topics.js'
import type { Antenna } from './antenna.js'
import type { ClockWatch } from './clock/watch.js'
import { holderOf } from './guard/holder.js'
import type { Live } from './guard/live.js'
import { type Log, reasonOf } from './log.js'
import { machineTemperatureC } from './machine-temperature.js'
import type { PlanRunner } from './plan-runner.js'
import type { PlanStore } from './plan-store.js'
import type { RigReading } from './rig/tuner.js'
import type { Reading } from './sight.js'

export type Publish = (
  topic: string,
  payload: string,
  options: { qos: 0 | 1; retain: boolean },
) => Promise<boolean>

export interface TelemetryDeps {
  readonly org: string
  readonly stationId: string
  readonly bootId: string
  /** Above all that was told before this start. */
  readonly firstSeq: number
  readonly dataDir: string
  readonly antenna: Antenna
  readonly store: PlanStore
  readonly runner: PlanRunner
  readonly watch: Pick<ClockWatch, 'told' | 'isDoubtful'>
  readonly clock: Clock
  readonly log: Log
  readonly publish: Publish
  readonly isUp: () => boolean
}

const HEALTH_EVERY_MS = 10 * SECOND
/** State is retained, so each one costs the broker a write: two a second is as fast as anyone reads. */
const STATE_PAUSE_MS = SECOND / 2
const MEBI = 1024 * 1024

const milli = (value: number): number => Math.round(value * 1000) / 1000
const milliOrNull = (value: number | undefined | null): number | null =>
  value === undefined || value === null ? null : milli(value)

export class Telemetry {
  #rotSeq: number
  #rigSeq: number
  #healthSeq: number
  #stateSeq: number
  #healthTimer: NodeJS.Timeout | undefined
  #stateTimer: NodeJS.Timeout | undefined
  #stateAt = Number.NEGATIVE_INFINITY
  #lastLive = ''
  #unlisten: () => void = () => undefined

  constructor(private readonly deps: TelemetryDeps) {
    const { firstSeq } = deps
    this.#rotSeq = firstSeq
    this.#rigSeq = firstSeq
    this.#healthSeq = firstSeq
    this.#stateSeq = firstSeq
  }

  start(): void {
    this.#unlisten = this.deps.antenna.listen({ onReading: (reading) => this.#onReading(reading) })
    this.#healthTimer = setInterval(() => void this.#tellHealth(), HEALTH_EVERY_MS)
  }

  stop(): void {
    this.#unlisten()
    clearInterval(this.#healthTimer)
    clearTimeout(this.#stateTimer)
  }

  /** Something in the state has changed: told at once, or as soon as the pause is over. */
  stateChanged(): void {
    if (!this.deps.isUp() || this.#stateTimer !== undefined) return
    const wait = this.#stateAt + STATE_PAUSE_MS - this.deps.clock.monotonic()
    if (wait <= 0) {
      this.tellState()
      return
    }
    this.#stateTimer = setTimeout(() => {
      this.#stateTimer = undefined
      this.tellState()
    }, wait)
  }

  tellState(): void {
    const { org, stationId, clock } = this.deps
    this.#stateAt = clock.monotonic()
    this.#send(topics.state(org, stationId), onlineStateSchema, this.#state(), { qos: 1, retain: true })
  }

  #state(): OnlineState {
    const { clock, bootId, antenna, store, runner } = this.deps
    const { state, code } = this.#live(antenna.live)
    const plans = store.all().map(({ contactId, seq, hash }) => {
      return { contactId, seq, hash, phase: runner.phaseOf(contactId) }
    })
    const holder = holderOf(antenna.guard)
    const seq = this.#stateSeq++
    return { ts: iso(clock.now()), bootId, seq, link: 'online', state, code, holder, plans }
  }

  /** At rest it says what somebody has to mend, passes or none. */
  #live(live: Live): Live {
    const isAtRest = live.state === 'idle' || live.state === 'parked'
    return isAtRest && this.deps.watch.isDoubtful ? { state: 'degraded', code: 'clock_untrusted' } : live
  }

  #onReading(reading: Reading): void {
    const { org, stationId, runner } = this.deps
    const live = `${reading.live.state} ${reading.live.code} ${holderOf(this.deps.antenna.guard)}`
    if (live !== this.#lastLive) {
      this.#lastLive = live
      this.stateChanged()
    }
    const { commanded, measured } = reading
    const contactId = runner.contactId
    const message: RotTelemetry = {
      ts: iso(reading.wallMs),
      seq: this.#rotSeq++,
      cmdAz: milliOrNull(commanded?.az),
      cmdEl: milliOrNull(commanded?.el),
      az: milliOrNull(measured?.az),
      el: milliOrNull(measured?.el),
      errDeg: milliOrNull(reading.errDeg),
      turns: reading.turns,
      state: this.#live(reading.live).state,
      rprt: reading.rprt,
      ...(contactId === null ? {} : { contactId }),
    }
    const topic = topics.telemetry(org, stationId, 'rot')
    this.#send(topic, rotTelemetrySchema, message, { qos: 0, retain: false })
  }

  tellRig({ wallMs, contactId, ...reading }: RigReading): void {
    const { org, stationId } = this.deps
    const message: RigTelemetry = {
      ts: iso(wallMs),
      seq: this.#rigSeq++,
      ...reading,
      ...(contactId === null ? {} : { contactId }),
    }
    const topic = topics.telemetry(org, stationId, 'rig')
    this.#send(topic, rigTelemetrySchema, message, { qos: 0, retain: false })
  }

  async #tellHealth(): Promise<void> {
    const { org, stationId, clock, antenna, store } = this.deps
    const { misses } = antenna.guard
    const message: HealthTelemetry = {
      ts: iso(clock.now()),
      seq: this.#healthSeq++,
      uptimeS: Math.floor(process.uptime()),
      rssMiB: milli(process.memoryUsage.rss() / MEBI),
      driverUp: misses === 0 && antenna.guard.position !== null,
      misses,
      plans: store.all().length,
      diskFreeMiB: await this.#diskFreeMiB(),
      temperatureC: await machineTemperatureC(),
      clock: this.deps.watch.told,
    }
    const topic = topics.telemetry(org, stationId, 'health')
    this.#send(topic, healthTelemetrySchema, message, { qos: 0, retain: false })
  }

  async #diskFreeMiB(): Promise<number | null> {
    try {
      const { bavail, bsize } = await statfs(this.deps.dataDir)
      return Math.floor((bavail * bsize) / MEBI)
    } catch {
      return null
    }
  }

  #send<T extends z.ZodType>(
    topic: string,
    schema: T,
    message: z.infer<T>,
    options: { qos: 0 | 1; retain: boolean },
  ): void {
    if (!this.deps.isUp()) return
    const parsed = schema.safeParse(message)
    if (parsed.success) void this.deps.publish(topic, JSON.stringify(parsed.data), options)
    else
      this.deps.log.error('a message of ours does not fit its schema', {
        topic,
        reason: reasonOf(parsed.error),
      })
  }
}
