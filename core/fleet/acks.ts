/**
 * Waits for the answers of stations. An answer counts only when it comes from the station that was asked: identity is
 * that of the connection (B12).
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import type { Ack } from '../../shared/messages.js'

export interface Answer {
  readonly ack: Ack
  /** Epoch ms. */
  readonly receivedAt: number
  /** Settles when the answer is in the database, or cannot be. Never rejects. */
  readonly stored: Promise<void>
}

interface Waiting {
  readonly stationId: string
  end(answer: Answer | null | Error): void
}

export class Acks {
  readonly #waiting = new Map<string, Waiting>()

  /** The first answer to `jti`, or null when none came within `waitMs`. Begins to wait at once. */
  waitFor(jti: string, stationId: string, waitMs: number): Promise<Answer | null> {
    return new Promise((resolve, reject) => {
      const end: Waiting['end'] = (answer) => {
        clearTimeout(timer)
        this.#waiting.delete(jti)
        if (answer instanceof Error) reject(answer)
        else resolve(answer)
      }
      const timer = setTimeout(end, waitMs, null)
      this.#waiting.set(jti, { stationId, end })
    })
  }

  heard(stationId: string, answer: Answer): void {
    const waiting = this.#waiting.get(answer.ack.jti)
    if (waiting?.stationId === stationId) waiting.end(answer)
  }

  /** Ends every wait. */
  stop(): void {
    for (const { end } of this.#waiting.values())
      end(new TalosError('unavailable', 'The server stops; whether the station obeyed is not known.'))
  }
}
