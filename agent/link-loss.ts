/**
 * What the antenna does when the link has been gone for long (G8). A running plan is not disturbed: it needs no link.
 * @module
 */
import { type Clock, SECOND } from '../shared/time.js'
import type { Antenna } from './antenna.js'
import type { AgentConfig } from './config.js'
import type { Log } from './log.js'

export class LinkLoss {
  #downAt: number | null = null
  #hasActed = false
  #timer: NodeJS.Timeout | undefined

  constructor(
    private readonly policy: AgentConfig['onLinkLoss'],
    private readonly antenna: Antenna,
    private readonly newId: () => string,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  start(): void {
    this.#timer = setInterval(() => this.tick(), SECOND)
  }
  stop(): void {
    clearInterval(this.#timer)
  }
  up(): void {
    this.#downAt = null
  }
  down(): void {
    this.#downAt = this.clock.monotonic()
    this.#hasActed = false
  }

  /** One look at the clock. After a plan has run without a link the deadline has passed long ago: act again. */
  tick(): void {
    const { claim, motion } = this.antenna.guard
    if (claim !== null) this.#hasActed = false
    if (this.#downAt === null || this.#hasActed || claim !== null) return
    const goneS = (this.clock.monotonic() - this.#downAt) / SECOND
    if (goneS < this.policy.afterS) return
    const { action } = this.policy
    if (action === 'park') {
      const { parkAz: az, parkEl: el } = this.antenna.mount
      const order = { id: this.newId(), source: 'park', goal: { az, el }, lifetimeMs: null } as const
      if (this.antenna.order(order) !== null) return
    } else if (motion !== null && !motion.hasArrived) void this.antenna.halt()
    this.#hasActed = true
    this.log.warn('the link is gone', { action, goneS: Math.round(goneS) })
  }
}
