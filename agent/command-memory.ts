/**
 * Which commands have been heard, so that none is obeyed twice, over restarts too.
 * @module
 */
import { join } from 'node:path'
import { z } from 'zod'
import { idSchema } from '../shared/messages.js'
import { SECOND } from '../shared/time.js'
import { type Log, reasonOf } from './log.js'
import { SealedFile } from './sealed-file.js'

const schema = z.strictObject({
  seq: z.int().min(-1),
  seen: z.array(z.strictObject({ jti: idSchema, until: z.number() })).max(2048),
  /** The latest time that a signed message has proven, epoch ms. */
  provenMs: z.number(),
})
type Memory = z.infer<typeof schema>

/** Ids are remembered until they expire; beyond this many the sequence number alone guards. */
const MOST_SEEN = 1024

export class CommandMemory {
  readonly #file: SealedFile<Memory>
  #seq = -1
  #provenMs = 0
  readonly #seen = new Map<string, number>()

  constructor(
    dataDir: string,
    private readonly log: Log,
  ) {
    this.#file = new SealedFile(join(dataDir, 'commands.json'), schema)
  }

  async load(): Promise<void> {
    const stored = await this.#file.read()
    // Without it only commands of the last seconds could be played back: their short life guards alone.
    if (stored.kind === 'corrupt') this.log.error('the memory of commands is unreadable and begins anew')
    if (stored.kind !== 'ok') return
    this.#seq = stored.value.seq
    this.#provenMs = stored.value.provenMs
    for (const { jti, until } of stored.value.seen) this.#seen.set(jti, until)
  }

  /** The highest sequence number heard. */
  get seq(): number {
    return this.#seq
  }
  /** The station's clock cannot rightly be before this. */
  get provenMs(): number {
    return this.#provenMs
  }
  hasSeen(jti: string): boolean {
    return this.#seen.has(jti)
  }

  /** A signed message proves that it is not earlier than this, seconds since the epoch. Kept with the next command. */
  prove(iat: number): void {
    this.#provenMs = Math.max(this.#provenMs, iat * SECOND)
  }

  /**
   * Core's clock was compared, and shows no more than `latestMs`: what a message has proven beyond that was said by a clock
   * of core that was wrong, and is no longer.
   */
  bound(latestMs: number): void {
    this.#provenMs = Math.min(this.#provenMs, latestMs)
  }

  /** Remembers a command until `untilMs`. Resolves when that is on disk; a full disk is said, not thrown. */
  async remember(command: { jti: string; seq: number }, untilMs: number, nowMs: number): Promise<void> {
    this.#seq = Math.max(this.#seq, command.seq)
    for (const [jti, until] of this.#seen)
      if (until < nowMs || this.#seen.size >= MOST_SEEN) this.#seen.delete(jti)
    this.#seen.set(command.jti, untilMs)
    const seen = [...this.#seen].map(([jti, until]) => ({ jti, until }))
    try {
      await this.#file.write({ seq: this.#seq, seen, provenMs: this.#provenMs })
    } catch (cause) {
      this.log.error('cannot write the memory of commands', { reason: reasonOf(cause) })
    }
  }
}
