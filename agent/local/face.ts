/**
 * What the person beside the antenna may ask of the running agent, with or without a network. All that moves goes
 * through the guard, as everything does.
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import { type Clock, iso, SECOND } from '../../shared/time.js'
import type { Antenna } from '../antenna.js'
import type { Calibration } from '../calibration.js'
import type { ClockWatch } from '../clock/watch.js'
import type { Door } from '../door/door.js'
import { holderOf } from '../guard/holder.js'
import type { Refusal } from '../guard/state.js'
import type { Log } from '../log.js'
import type { PlanRunner } from '../plan-runner.js'
import type { PlanStore } from '../plan-store.js'
import type { RecentLog } from '../recent-log.js'
import type { Standing } from '../standing.js'
import type { LocalRequest, LocalStatus, LogLine } from './words.js'

export interface FaceDeps {
  readonly version: string
  readonly bootId: string
  readonly driverKind: string
  readonly antenna: Antenna
  readonly door: Door | null
  readonly store: PlanStore
  readonly runner: PlanRunner
  readonly watch: Pick<ClockWatch, 'told'>
  readonly standing: Standing
  readonly calibration: Calibration
  readonly recent: RecentLog
  readonly manualMaxMs: number
  readonly clock: Clock
  readonly newId: () => string
  readonly log: Log
  readonly isUp: () => boolean
}

/** A stop that the rotator has not taken in this time is told as such; the agent goes on trying. */
const STOP_MS = 3 * SECOND

const REFUSAL = /refused/

function heed(refusal: Refusal | null): void {
  if (refusal !== null) throw new TalosError(refusal.code, refusal.detail)
}

export class LocalFace {
  constructor(private readonly deps: FaceDeps) {}

  /** @throws TalosError why it is not done */
  async handle(request: LocalRequest): Promise<unknown> {
    const { antenna, log, recent } = this.deps
    if (request.op !== 'status' && request.op !== 'renew' && request.op !== 'logs')
      log.info('asked for beside the antenna', request)
    switch (request.op) {
      case 'status':
        return this.#status()
      case 'stop':
        return this.#stop()
      case 'hold':
        antenna.hold()
        return this.#stop()
      case 'release':
        heed(antenna.release('station'))
        return {}
      case 'park': {
        const { parkAz: az, parkEl: el } = antenna.mount
        heed(antenna.order({ id: this.deps.newId(), source: 'park', goal: { az, el }, lifetimeMs: null }))
        return { az, el }
      }
      case 'move':
        return this.#move(request.az, request.el)
      case 'renew':
        return this.#renew(request.id)
      case 'wound':
        heed(await antenna.stateTurn(request.az))
        return {}
      case 'lease':
        return this.#lease(request.forS)
      case 'calibrate':
        await this.deps.calibration.change({ az: request.az, el: request.el })
        return {}
      case 'logs':
        return recent.last(request.lines)
    }
  }

  async #stop(): Promise<object> {
    const { antenna } = this.deps
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), STOP_MS)
    })
    const isTaken = await Promise.race([antenna.halt().then(() => true), late])
    clearTimeout(timer)
    if (isTaken) return {}
    throw new TalosError(
      'driver_failed',
      'Everything is called off, but the rotator has not taken the stop yet; the agent goes on trying. Cut the power if it moves.',
    )
  }

  #move(az: number, el: number): object {
    const { antenna, newId, manualMaxMs: lifetimeMs } = this.deps
    const id = newId()
    heed(antenna.order({ id, source: 'manual', goal: { az, el }, lifetimeMs }))
    return { id, lifetimeMs }
  }

  #renew(id: string): object {
    const { antenna, manualMaxMs: lifetimeMs } = this.deps
    const { motion } = antenna.guard
    const measured = this.#measured()
    if (motion?.id !== id || motion.source !== 'manual') return { how: 'ended', measured }
    if (motion.hasArrived) return { how: 'arrived', measured }
    heed(antenna.order({ id, source: 'manual', goal: motion.goal, lifetimeMs }))
    return { how: 'moving', measured }
  }

  #lease(forS: number): object {
    const { antenna, door, clock } = this.deps
    if (door === null)
      throw new TalosError(
        'config_invalid',
        'There is no door for other programs. Set "door": { "port": 4534 } in agent.json and start the agent again.',
      )
    heed(antenna.lease(forS === 0 ? null : clock.monotonic() + forS * SECOND))
    return { until: this.#leaseUntil() }
  }

  #leaseUntil(): string | null {
    const { antenna, clock } = this.deps
    const { lease } = antenna.guard
    if (lease === null || !Number.isFinite(lease)) return null
    return iso(clock.now() + lease - clock.monotonic())
  }

  #measured() {
    const { position, misses } = this.deps.antenna.guard
    return position === null || misses > 0 ? null : { az: position.az, el: position.el }
  }

  #status(): LocalStatus {
    const { version, bootId, driverKind, antenna, runner, standing, calibration, clock, isUp } = this.deps
    const { guard, live, mount, model, turn } = antenna
    return {
      version,
      bootId,
      pid: process.pid,
      upS: Math.floor(process.uptime()),
      ts: iso(clock.now()),
      isLinked: isUp(),
      barred: standing.barred,
      state: live.state,
      code: live.code,
      holder: holderOf(guard),
      contactId: runner.contactId,
      clock: this.deps.watch.told,
      driver: { kind: driverKind, model },
      mount,
      offset: { now: calibration.now, next: calibration.next },
      measured: this.#measured(),
      commanded: guard.motion?.setpoint ?? null,
      turn: turn === null ? null : { shown: turn.shown, could: [...turn.could] },
      door: this.#door(),
      ...this.#plans(),
      lastRefusal: this.#lastRefusal(),
    }
  }

  #door(): LocalStatus['door'] {
    const { door, antenna } = this.deps
    if (door === null) return null
    const { port, policy, fault, visitors: programs } = door
    const isLeased = antenna.guard.lease !== null
    return { port, policy, programs, fault, isLeased, leaseUntil: this.#leaseUntil() }
  }

  #plans(): Pick<LocalStatus, 'plans' | 'receiptsWaiting'> {
    const { store, runner } = this.deps
    const plans = store.all().map(({ contactId, plan }) => {
      const { satelliteName: satellite, prepassAt, aos, los } = plan
      return { contactId, satellite, prepassAt, aos, los, phase: runner.phaseOf(contactId) }
    })
    plans.sort((a, b) => a.aos.localeCompare(b.aos))
    const receiptsWaiting = plans.filter(({ phase }) => phase === 'done').length
    return { plans, receiptsWaiting }
  }

  #lastRefusal(): LogLine | null {
    return this.deps.recent.latest((line) => line.level === 'warn' && REFUSAL.test(line.message))
  }
}
