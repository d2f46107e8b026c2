/**
 * Who at the door may move the mount: under a lease that was given beside the antenna, one program at a time, for as long
 * as it is there. The guard has the last word on each motion.
 * @module
 */
import type { AzEl } from '../../shared/angles.js'
import type { ErrorCode } from '../../shared/errors.js'
import { type Clock, SECOND } from '../../shared/time.js'
import type { Antenna } from '../antenna.js'
import { POSITION_FRESH_MS } from '../guard/rules.js'
import type { Log } from '../log.js'
import { RPRT, type Rprt } from './protocol.js'

/** `asked`: when somebody beside the antenna has given a lease. `always`: whoever comes has one, between plans. */
export type LeasePolicy = 'asked' | 'always'

/** A program that moves the mount and says nothing for so long has hung: the mount stops. */
export const SILENCE_MS = 30 * SECOND
/** A stop that the driver does not take in this time is answered with a fault. */
const STOP_MS = 2 * SECOND

/** One connection, as the desk knows it. */
export interface Visitor {
  readonly id: string
}

interface Present {
  /** Monotonic ms of its last word. */
  heardAt: number
  /** Under the policy `always`: no stop has come since it came. */
  mayLease: boolean
}

export type DeskAntenna = Pick<Antenna, 'guard' | 'mount' | 'model' | 'order' | 'halt' | 'lease' | 'listen'>

const RPRT_OF: Partial<Record<ErrorCode, Rprt>> = {
  not_finite: RPRT.EINVAL,
  out_of_limits: RPRT.EINVAL,
  keep_out: RPRT.EINVAL,
  driver_failed: RPRT.EIO,
}

export class DoorDesk {
  readonly #present = new Map<string, Present>()
  /** Who moved the mount last, and still may. */
  #mover: string | null = null
  #unlisten: () => void = () => undefined
  /** Motions refused since the start. */
  refused = 0

  constructor(
    private readonly antenna: DeskAntenna,
    private readonly policy: LeasePolicy,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  get visitors(): number {
    return this.#present.size
  }

  start(): void {
    this.#unlisten = this.antenna.listen({ onLease: (isOpen, code) => this.#onLease(isOpen, code) })
  }

  stop(): void {
    this.#unlisten()
    for (const id of [...this.#present.keys()]) this.left({ id })
  }

  came({ id }: Visitor): void {
    this.#present.set(id, { heardAt: this.clock.monotonic(), mayLease: this.policy === 'always' })
  }

  /** G8: the mount stops when the program that moved it is gone. */
  left({ id }: Visitor): void {
    this.#present.delete(id)
    if (this.#mover === id) {
      this.#mover = null
      if (this.antenna.guard.motion?.source === 'door') void this.antenna.halt('door')
    }
    if (this.#present.size === 0 && this.policy === 'always') this.antenna.lease(null)
  }

  /** Each word of a program that moves the mount renews its authority, which would else run out. */
  heard({ id }: Visitor): void {
    const visitor = this.#present.get(id)
    if (visitor === undefined) return
    const now = this.clock.monotonic()
    visitor.heardAt = now
    const { motion } = this.antenna.guard
    if (this.#mover !== id || motion?.source !== 'door' || motion.until === null) return
    if (motion.until - now < SILENCE_MS / 2) this.#order(motion.goal, id)
  }

  /** Measured, never commanded; null when it cannot be read. */
  position(): AzEl | null {
    const { position, misses } = this.antenna.guard
    const isFresh = position !== null && this.clock.monotonic() - position.at <= POSITION_FRESH_MS
    return isFresh && misses === 0 ? position : null
  }

  move(visitor: Visitor, goal: AzEl): Rprt {
    const present = this.#present.get(visitor.id)
    if (present === undefined || this.#isTaken(visitor)) return this.#refuse()
    if (present.mayLease && this.antenna.guard.lease === null) this.antenna.lease(Number.POSITIVE_INFINITY)
    const code = this.#order(goal, visitor.id)
    if (code === null) {
      this.#mover = visitor.id
      return RPRT.OK
    }
    this.log.warn('a motion of a program at the door was refused', { code, ...goal })
    return this.#refuse(RPRT_OF[code])
  }

  park(visitor: Visitor): Rprt {
    const { parkAz: az, parkEl: el } = this.antenna.mount
    return this.move(visitor, { az, el })
  }

  /** Stops all that is no plan. A plan is stopped by people, not by a program that was closed. */
  async halt(): Promise<Rprt> {
    if (this.antenna.guard.claim !== null) return this.#refuse()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Rprt>((resolve) => {
      timer = setTimeout(() => resolve(RPRT.EIO), STOP_MS)
    })
    const taken = this.antenna.halt('door').then(() => RPRT.OK)
    return Promise.race([taken, late]).finally(() => clearTimeout(timer))
  }

  /** Another program moves the mount, and is there. */
  #isTaken({ id }: Visitor): boolean {
    if (this.#mover === null || this.#mover === id || this.antenna.guard.motion?.source !== 'door')
      return false
    const mover = this.#present.get(this.#mover)
    return mover !== undefined && this.clock.monotonic() - mover.heardAt < SILENCE_MS
  }

  #order(goal: AzEl, id: string): ErrorCode | null {
    return this.antenna.order({ id, source: 'door', goal, lifetimeMs: SILENCE_MS })?.code ?? null
  }

  #refuse(rprt: Rprt = RPRT.ERJCTED): Rprt {
    this.refused += 1
    return rprt
  }

  #onLease(isOpen: boolean, code: ErrorCode | null): void {
    if (isOpen) {
      this.log.info('programs at the door may move the antenna')
      return
    }
    this.#mover = null
    this.log.info('programs at the door may move the antenna no more', { code })
    // A plan gives the antenna back when it is over; what a person has stopped stays so until a program comes anew.
    if (code !== 'busy') for (const visitor of this.#present.values()) visitor.mayLease = false
  }
}
