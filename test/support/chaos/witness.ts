/**
 * Stands between the agent and its rotator, reads every byte, and knows where the mount truly is. It shares no code with
 * the guard: what it calls a violation is one by its own reckoning.
 * @module
 */
import type { AzEl } from '../../../shared/angles.js'
import type { Mount } from '../../../shared/messages.js'
import { Pipe } from './pipe.js'

/** All that the agent ever has to say to a rotctld. */
const KNOWN = /^\+\\(?:get_pos|dump_state|get_info|stop|park)$/
const STOP = '+\\stop'
const SET_POS = /^\+\\set_pos (-?\d{1,4}\.\d{2}) (-?\d{1,4}\.\d{2})$/
const ANSWERED = /^RPRT -?\d+$/m

/** The agent knows where the mount was a moment ago, the witness where it is. */
const AZ_SLACK = 4
const EL_SLACK = 1
/** A mount that was told to stop runs no further in this simulation; this is rounding. */
const TRAVEL_SLACK = 0.01
/** While a track is followed, two setpoints are no further apart than the guard allows in the time between them. */
const JUMP_FACTOR = 1.5
const JUMP_DEG = 0.5
/** Both ends of the way have their own clock ticks and queues. */
const JUMP_LATE_S = 0.4

export interface Sent extends AzEl {
  readonly atMs: number
  /** Which motion: a new one begins with a connection, for an agent that was killed begins anew, and with a stop. */
  readonly motion: number
}

const wrap = (az: number): number => ((az % 360) + 360) % 360

/** Does the way between two azimuths (unwrapped) touch the zone, narrowed by `slack` on both sides? */
function touches(zone: Mount['keepOut'][number], a: number, b: number, slack: number): boolean {
  const width = wrap(zone.azTo - zone.azFrom) - 2 * slack
  if (width <= 0) return false
  const into = wrap(Math.min(a, b) - zone.azFrom - slack)
  return into <= width || into + Math.abs(a - b) >= 360
}

export class Witness {
  readonly violations: string[] = []
  readonly sent: Sent[] = []
  /** Lines of any kind. */
  lines = 0
  readonly #pipe: Pipe
  /** Said in mid-line when a connection ended; the line was never complete, so nobody acted on it. */
  torn = 0
  #isAstray = false
  #motions = 0

  constructor(
    private readonly name: string,
    private readonly mount: Mount,
    private readonly rotator: { readonly port: number; readonly position: AzEl },
  ) {
    this.#pipe = new Pipe(() => this.rotator.port, { open: () => this.#connection() })
  }

  /** The port at which the agent finds its rotator. */
  open(): Promise<number> {
    return this.#pipe.open()
  }
  close(): Promise<void> {
    return this.#pipe.close()
  }

  /** Looks where the mount is, many times a second. */
  look(): AzEl {
    const at = this.rotator.position
    const { azMin, azMax, elMin, elMax } = this.mount
    const isOut =
      at.az < azMin - TRAVEL_SLACK ||
      at.az > azMax + TRAVEL_SLACK ||
      at.el < elMin - TRAVEL_SLACK ||
      at.el > elMax + TRAVEL_SLACK
    const isIn = this.#zoneBetween(at, at, 0, EL_SLACK)
    if ((isOut || isIn) && !this.#isAstray)
      this.#say(`the mount is at ${at.az.toFixed(2)}, ${at.el.toFixed(2)}`)
    this.#isAstray = isOut || isIn
    return at
  }

  #say(what: string, atMs = Date.now()): void {
    this.violations.push(`${new Date(atMs).toISOString()} ${this.name}: ${what}`)
  }

  #zoneBetween(a: AzEl, b: AzEl, azSlack: number, elSlack: number): boolean {
    const low = Math.min(a.el, b.el)
    return this.mount.keepOut.some(
      (zone) => low < zone.elBelow - elSlack && touches(zone, a.az, b.az, azSlack),
    )
  }

  #connection() {
    this.#motions += 1
    let rest = ''
    let isWaiting = false
    let heard = ''
    return {
      said: (bytes: Buffer) => {
        rest += bytes.toString('latin1')
        for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
          const line = rest.slice(0, end)
          rest = rest.slice(end + 1)
          this.lines += 1
          if (isWaiting) this.#say(`a second request before the answer to the first: ${JSON.stringify(line)}`)
          isWaiting = true
          heard = ''
          this.#judge(line)
        }
      },
      heard: (bytes: Buffer) => {
        heard = (heard + bytes.toString('latin1')).slice(-1000)
        if (ANSWERED.test(heard)) isWaiting = false
      },
      closed: () => {
        if (rest !== '') this.torn += 1
      },
    }
  }

  #judge(line: string): void {
    const [, azText, elText] = SET_POS.exec(line) ?? []
    if (azText === undefined || elText === undefined) {
      if (line === STOP) this.#motions += 1
      if (!KNOWN.test(line)) this.#say(`unknown words ${JSON.stringify(line)}`)
      return
    }
    const target = { az: Number(azText), el: Number(elText) }
    const { azMin, azMax, elMin, elMax } = this.mount
    if (target.az < azMin || target.az > azMax || target.el < elMin || target.el > elMax)
      this.#say(`sent beyond its travel: ${line}`)
    if (this.#zoneBetween(target, target, 0, 0)) this.#say(`sent into a keep-out: ${line}`)
    const from = this.rotator.position
    const isOutside = !this.#zoneBetween(from, from, 0, 0)
    if (isOutside && this.#zoneBetween(from, target, AZ_SLACK, EL_SLACK))
      this.#say(`sent through a keep-out from ${from.az.toFixed(2)}, ${from.el.toFixed(2)}: ${line}`)
    this.sent.push({ ...target, atMs: Date.now(), motion: this.#motions })
  }

  /** Two setpoints of one motion, both meant for one track: no leap between them that the mount could not follow. */
  leap(before: Sent, after: Sent, aosMs: number): void {
    if (before.motion !== after.motion) return
    const seconds = (after.atMs - before.atMs) / 1000 + JUMP_LATE_S
    const { azRate, elRate } = this.mount
    const leaps =
      Math.abs(after.az - before.az) > azRate * seconds * JUMP_FACTOR + JUMP_DEG ||
      Math.abs(after.el - before.el) > elRate * seconds * JUMP_FACTOR + JUMP_DEG
    if (leaps)
      this.#say(
        `leapt from ${before.az}, ${before.el} to ${after.az}, ${after.el} in ${seconds.toFixed(2)} s on one track, ${((after.atMs - aosMs) / 1000).toFixed(2)} s after AOS`,
        after.atMs,
      )
  }
}
