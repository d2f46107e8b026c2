/**
 * One thread that answers questions one after the other, started when it is first needed. Its program answers each
 * message with `{ found }` or `{ failed }`.
 * @module
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { TalosError } from '../shared/errors.js'

/** 400,000 opportunities take half of it. One that needs more ends its thread, not the director. */
const HEAP_MIB = 4096

export type Answer<Found> = { readonly found: Found } | { readonly failed: string }

/** It has thrown, or used up its memory: its end follows. */
const thrown = (error: unknown) => ({ failed: error instanceof Error ? error.message : String(error) })

export class Thread<Question, Found> {
  private worker: Worker | null = null
  private last: Promise<unknown> = Promise.resolve()

  /** @param purpose for the message when it fails, such as «search for passes» */
  constructor(
    private readonly program: URL,
    private readonly purpose: string,
  ) {}

  /**
   * Answers after whatever was asked before.
   * @throws the reason of `signal` when it ends before this begins; TalosError `internal` when the work fails
   */
  ask(question: Question, signal?: AbortSignal): Promise<Found> {
    const result = this.last.then(() => {
      signal?.throwIfAborted()
      return this.run(question)
    })
    // One that fails is told to whoever asked for it, and does not stop the next.
    this.last = result.catch(() => {})
    return result
  }

  /** Ends the thread at once; what is under way fails. */
  async stop(): Promise<void> {
    await this.worker?.terminate()
  }

  private async run(question: Question): Promise<Found> {
    const worker = this.worker ?? this.start()
    const done = new AbortController()
    const { signal } = done
    worker.ref()
    worker.postMessage(question)
    try {
      const answer = await Promise.race([
        once(worker, 'message', { signal }).then(([value]) => value as Answer<Found>, thrown),
        once(worker, 'exit', { signal }).then(
          ([code]) => ({ failed: `its thread ended with code ${code}` }),
          thrown,
        ),
      ])
      if ('failed' in answer)
        throw new TalosError('internal', `The ${this.purpose} failed: ${answer.failed}.`)
      return answer.found
    } finally {
      done.abort()
      // An idle thread keeps no program alive.
      worker.unref()
    }
  }

  private start(): Worker {
    const worker = new Worker(this.program, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB } })
    const over = () => {
      if (this.worker === worker) this.worker = null
    }
    // Whoever waits is told by `run`; without a listener the end of an idle thread would be the end of the program.
    worker.on('error', over)
    worker.once('exit', over)
    this.worker = worker
    return worker
  }
}
