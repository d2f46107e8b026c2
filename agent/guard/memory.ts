/**
 * What the guard must not forget over a restart: a latched hold, and how the cable is wound.
 * @module
 */
import { join } from 'node:path'
import { z } from 'zod'
import { type ErrorCode, isErrorCode } from '../../shared/errors.js'
import { type Log, reasonOf } from '../log.js'
import { SealedFile } from '../sealed-file.js'
import { hull, padded, type Span, widthOf } from './azimuth.js'

const azimuth = z.number().min(-2000).max(2000)
const schema = z.strictObject({
  hold: z.string().refine(isErrorCode).nullable(),
  /** Where the mount is, or may be on its way to: azimuth of the controller, unwrapped. */
  az: z.strictObject({ from: azimuth, to: azimuth }).nullable(),
})
type Remembered = z.infer<typeof schema>

/** Written with so much room on both sides: a card is not written for each degree. */
const ROOM_DEG = 15
/** Wider than needed by more than this, it is written anew. */
const SLACK_DEG = 60

const holds = (outer: Span, inner: Span): boolean => outer.from <= inner.from && inner.to <= outer.to

export class GuardMemory {
  readonly #file: SealedFile<Remembered>
  #now: Remembered = { hold: null, az: null }
  #reach: Span | null = null
  #sure: Span | null = null
  #writes = 0
  /** The disk has not taken the last write; it is offered again when it must be there. */
  #isBehind = false
  #written: Promise<boolean> = Promise.resolve(true)

  /** @param offsetAz what calibration adds to the degrees of the controller: the cable does not turn with it */
  constructor(
    dataDir: string,
    private readonly log: Log,
    private readonly offsetAz = 0,
  ) {
    this.#file = new SealedFile(join(dataDir, 'guard.json'), schema)
  }

  /** All that the disk may say of the azimuth, whichever of the writes under way a kill cuts off; null: nothing. */
  get reach(): Span | null {
    return this.#shifted(this.#reach, this.offsetAz)
  }

  /** What it holds now, unless a write is under way. */
  get sure(): Span | null {
    return this.#shifted(this.#sure, this.offsetAz)
  }

  /** A memory that cannot be read may have held a hold: then hold. */
  async load(): Promise<{ readonly hold: ErrorCode | null; readonly az: Span | null }> {
    const stored = await this.#file.read()
    if (stored.kind === 'corrupt')
      this.log.error('the memory of the guard is unreadable: holding still until released', {
        file: this.#file.path,
      })
    this.#now =
      stored.kind === 'ok' ? stored.value : { hold: stored.kind === 'corrupt' ? 'safe_hold' : null, az: null }
    this.#reach = this.#now.az
    this.#sure = this.#now.az
    const { hold } = this.#now
    return { hold: hold !== null && isErrorCode(hold) ? hold : null, az: this.reach }
  }

  /**
   * Writes what has changed; resolves with whether it is on the disk. A full disk is said and does not stop the guard.
   * @param az where the mount is or may be on its way to; null: not known, the last that was stays
   */
  note(hold: ErrorCode | null, az: Span | null, when: 'in time' | 'now' = 'in time'): Promise<boolean> {
    const last = this.#now
    const next = this.#next(this.#shifted(az, -this.offsetAz), when)
    const isDue = when === 'now' && this.#isBehind
    if (hold === last.hold && next === last.az && !isDue) return this.#written
    this.#now = { hold, az: next }
    this.#reach = hull(this.#reach, next)
    this.#writes += 1
    this.#written = this.#write(this.#now, this.#writes)
    return this.#written
  }

  #next(az: Span | null, when: 'in time' | 'now'): Span | null {
    const last = this.#now.az
    if (az === null) return last
    if (when === 'now') return last?.from === az.from && last.to === az.to ? last : az
    const isEnough = last !== null && holds(last, az)
    return isEnough && widthOf(last) <= widthOf(az) + SLACK_DEG ? last : padded(az, ROOM_DEG)
  }

  async #write(value: Remembered, number: number): Promise<boolean> {
    try {
      await this.#file.write(value)
      this.#sure = value.az
      if (number === this.#writes) this.#reach = value.az
      this.#isBehind = false
      return true
    } catch (cause) {
      this.#isBehind = true
      this.log.error('cannot write the memory of the guard', { reason: reasonOf(cause) })
      return false
    }
  }

  #shifted(span: Span | null, by: number): Span | null {
    return span === null ? null : { from: span.from + by, to: span.to + by }
  }
}
