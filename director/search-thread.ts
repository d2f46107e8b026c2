/**
 * One thread that searches passes, started when it is first needed.
 * @module
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { TalosError } from '../shared/errors.js'
import { PassTable } from '../shared/orbit/passes.js'
import type { Piece, PieceAnswer } from './pass-piece.js'

export class SearchThread {
  private worker: Worker | null = null
  private last: Promise<unknown> = Promise.resolve()

  /**
   * Searches after whatever was asked for before.
   * @throws the reason of `signal` when it ends before this begins; TalosError `internal` when the search fails
   */
  search(piece: Piece, signal: AbortSignal): Promise<PassTable> {
    const result = this.last.then(() => {
      signal.throwIfAborted()
      return this.run(piece)
    })
    // One that fails is told to whoever asked for it, and does not stop the next.
    this.last = result.catch(() => {})
    return result
  }

  /** Ends the thread at once; what is under way fails. */
  async stop(): Promise<void> {
    await this.worker?.terminate()
  }

  private async run(piece: Piece): Promise<PassTable> {
    const worker = this.worker ?? this.start()
    const done = new AbortController()
    const { signal } = done
    worker.ref()
    worker.postMessage(piece)
    try {
      const answer = await Promise.race([
        once(worker, 'message', { signal }).then(([value]) => value as PieceAnswer),
        once(worker, 'exit', { signal }).then(([code]) => ({ failed: `its thread ended with code ${code}` })),
      ])
      if ('failed' in answer)
        throw new TalosError('internal', `The search for passes failed: ${answer.failed}.`)
      return new PassTable(answer.found.columns, answer.found.ended)
    } finally {
      done.abort()
      // An idle thread keeps no program alive.
      worker.unref()
    }
  }

  private start(): Worker {
    const worker = new Worker(new URL('./pass-worker.js', import.meta.url))
    worker.once('exit', () => {
      if (this.worker === worker) this.worker = null
    })
    this.worker = worker
    return worker
  }
}
