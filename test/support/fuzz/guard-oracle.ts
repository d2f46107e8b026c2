/**
 * Judges every line that leaves for a rotctld by what people and plans have asked for so far. It shares no code with the
 * guard: what it calls forbidden is so by its own reckoning.
 * @module
 */
import type { Socket } from 'node:net'
import type { AzEl } from '../../../shared/angles.js'
import type { Mount } from '../../../shared/messages.js'
import type { Limits } from '../../../shared/mount/limits.js'
import type { Clock } from '../../../shared/time.js'
import { isInZone } from '../mounts.js'

const QUESTION = /^\+\\(?:get_pos|dump_state|get_info|stop)\n$/
const SET_POS = /^\+\\set_pos (-?\d{1,4}\.\d{2}) (-?\d{1,4}\.\d{2})\n$/
const ANSWERED = /RPRT -?\d+\n/
/** Half a hundredth is rounding; beside a limit that lies between two steps, a whole one: inwards. */
const ROUNDED = 0.0051
const STEP = 0.01
/** A mount at rest on the edge of a zone reads a little inside it. */
const EDGE = 0.5

/** Who may move the mount now, where to, and until when (the clock that never jumps). */
interface Authority {
  readonly id: string
  readonly goal: AzEl
  readonly until: () => number
}

export class GuardOracle {
  readonly forbidden: string[] = []
  lines = 0
  motions = 0
  tight: Limits | null = null
  /** What the agent says of itself: held, or not let in. */
  isHeld: () => boolean = () => false
  #authority: Authority | null = null
  #track: { readonly id: string; readonly goal: AzEl; readonly at: number } | null = null
  /** The last reading that the agent was given undamaged; null when it was lied to since. */
  #seen: AzEl | null = null
  readonly #asked = new Map<Socket, string>()

  constructor(
    private readonly mount: Mount,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {}

  /** An order was taken; it may be followed until then, which a lease that is renewed may put off. */
  taken(id: string, goal: AzEl, until: () => number, isTrack: boolean): void {
    if (isTrack) this.#follow(id, goal, this.clock.monotonic())
    else this.#track = null
    this.#authority = { id, goal, until }
  }

  /** A setpoint of a track must not run away from the one before. */
  #follow(id: string, goal: AzEl, now: number): void {
    const before = this.#track
    this.#track = { id, goal, at: now }
    if (before?.id !== id) return
    const seconds = (now - before.at) / 1000 + 0.001
    const { azRate, elRate } = this.mount
    const isFast =
      Math.abs(goal.az - before.goal.az) > azRate * seconds * 1.5 + 0.5 ||
      Math.abs(goal.el - before.goal.el) > elRate * seconds * 1.5 + 0.5
    if (isFast)
      this.#say(`a track leapt from ${text(before.goal)} to ${text(goal)} in ${seconds.toFixed(3)} s`)
  }

  /** Nobody may move the mount until somebody is allowed to again; or only `id` no more. */
  ended(id: string | null = null): void {
    if (id !== null && this.#authority?.id !== id) return
    this.#authority = null
    this.#track = null
  }

  /** What the agent was told where the mount is; null: a lie, or nothing. */
  told(position: AzEl | null): void {
    this.#seen = position
  }

  /** What was written to the agent on the other end of this socket's connection. */
  answered(peerPort: number, piece: string): void {
    for (const [socket, heard] of this.#asked)
      if (socket.localPort === peerPort) {
        const all = heard + piece
        if (ANSWERED.test(all)) this.#asked.delete(socket)
        else this.#asked.set(socket, all)
      }
  }

  /** The agent writes. */
  wrote(socket: Socket, line: string): void {
    this.lines += 1
    for (const other of this.#asked.keys()) {
      if (!other.destroyed) this.#say(`a request before the answer to the last: ${JSON.stringify(line)}`)
      this.#asked.delete(other)
    }
    this.#asked.set(socket, '')
    if (QUESTION.test(line)) return
    const [, az, el] = SET_POS.exec(line) ?? []
    if (az === undefined) this.#say(`unknown words ${JSON.stringify(line)}`)
    else this.#judge({ az: Number(az), el: Number(el) })
  }

  #judge(target: AzEl): void {
    this.motions += 1
    const { mount, tight } = this
    const may = this.#authority
    const where = text(target)
    if (may === null) this.#say(`${where} with nobody's leave`)
    else if (this.clock.monotonic() > may.until())
      this.#say(
        `${where}, ${(this.clock.monotonic() - may.until()).toFixed(1)} ms after the authority had ended`,
      )
    else if (mount.keepOut.length === 0 && !this.#isRounded(target, may.goal))
      this.#say(`${where}, and asked for was ${text(may.goal)}`)
    if (this.isHeld()) this.#say(`${where} while it holds`)
    if (isOutside(mount, target)) this.#say(`${where} beyond the travel`)
    if (tight !== null && isOutside(tight, target)) this.#say(`${where} beyond the tightened limits`)
    if (isInZone(mount, target)) this.#say(`${where} in a zone`)
    const from = this.#seen
    if (from !== null && !isInZone(mount, from) && this.#isCrossing(from, target))
      this.#say(`${where} through a zone from ${text(from)}`)
  }

  #isRounded(target: AzEl, goal: AzEl): boolean {
    const edges = [this.mount, ...(this.tight === null ? [] : [this.tight])]
    const mayBe = (angle: number, limits: readonly number[]) =>
      limits.some((limit) => Math.abs(angle - limit) <= STEP) ? 2 * ROUNDED : ROUNDED
    return (
      Math.abs(target.az - goal.az) <=
        mayBe(
          goal.az,
          edges.flatMap((e) => [e.azMin, e.azMax]),
        ) &&
      Math.abs(target.el - goal.el) <=
        mayBe(
          goal.el,
          edges.flatMap((e) => [e.elMin, e.elMax]),
        )
    )
  }

  /** Do the two axes, each in its own time, cross a zone on the way? */
  #isCrossing(from: AzEl, to: AzEl): boolean {
    const steps = Math.ceil(Math.abs(to.az - from.az))
    const el = Math.min(from.el, to.el)
    for (let i = 0; i <= steps; i++) {
      const az = from.az + ((to.az - from.az) * i) / Math.max(1, steps)
      if (isInZone(this.mount, { az, el }, EDGE + 0.1)) return true
    }
    return false
  }

  #say(what: string): void {
    if (this.forbidden.length < 100) this.forbidden.push(what)
  }
}

const text = ({ az, el }: AzEl): string => `${az}, ${el}`
const isOutside = (limits: Limits, { az, el }: AzEl): boolean =>
  !(az >= limits.azMin && az <= limits.azMax && el >= limits.elMin && el <= limits.elMax)
