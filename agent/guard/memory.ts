/**
 * What the guard must not forget over a restart: a latched hold, and how the cable is wound.
 * @module
 */
import { join } from 'node:path'
import { z } from 'zod'
import { type ErrorCode, isErrorCode } from '../../shared/errors.js'
import { JsonFile } from '../files.js'
import { type Log, reasonOf } from '../log.js'

const schema = z.strictObject({
  hold: z.string().refine(isErrorCode).nullable(),
  /** Mount azimuth, unwrapped, when it was last written. */
  az: z.number().min(-720).max(1080).nullable(),
})
type Remembered = z.infer<typeof schema>

/** A quarter of a turn would do to count by; a twelfth leaves room for a kill before the write. */
const WRITE_EVERY_DEG = 30

export class GuardMemory {
  readonly #file: JsonFile<Remembered>
  #now: Remembered = { hold: null, az: null }
  #written: Promise<void> = Promise.resolve()

  constructor(
    dataDir: string,
    private readonly log: Log,
  ) {
    this.#file = new JsonFile(join(dataDir, 'guard.json'), schema)
  }

  /** A memory that cannot be read may have held a hold: then hold. */
  async load(): Promise<{ readonly hold: ErrorCode | null; readonly az: number | null }> {
    const stored = await this.#file.read()
    if (stored.kind === 'corrupt')
      this.log.error('the memory of the guard is unreadable: holding still until released', {
        file: this.#file.path,
      })
    this.#now =
      stored.kind === 'ok' ? stored.value : { hold: stored.kind === 'corrupt' ? 'safe_hold' : null, az: null }
    const { hold, az } = this.#now
    return { hold: hold !== null && isErrorCode(hold) ? hold : null, az }
  }

  /** Writes what has changed, and resolves when all is on the disk. A full disk is said and does not stop the guard. */
  note(hold: ErrorCode | null, az: number | null, when: 'in time' | 'now' = 'in time'): Promise<void> {
    const last = this.#now
    const least = when === 'now' ? 0 : WRITE_EVERY_DEG
    const hasWound = az !== null && az !== last.az && (last.az === null || Math.abs(az - last.az) >= least)
    if (hold === last.hold && !hasWound) return this.#written
    this.#now = { hold, az: hasWound ? az : last.az }
    this.#written = this.#file.write(this.#now).catch((cause: unknown) => {
      this.log.error('cannot write the memory of the guard', { reason: reasonOf(cause) })
    })
    return this.#written
  }
}
