/**
 * Stations that were there before: their telemetry goes on while something else happens, and how long it takes is told.
 * @module
 */
import { end, forkOn, LOAD_CORE, messageOf } from '../harness/processes.js'
import type { BystanderJob, Noticed } from './bystander-process.js'

export class Bystander {
  readonly #child = forkOn(LOAD_CORE, new URL('./bystander-process.js', import.meta.url))

  /** Resolves when the telemetry flows. */
  async start(job: BystanderJob): Promise<void> {
    this.#child.send(job)
    const { failure } = await messageOf<{ failure?: string }>(this.#child)
    if (failure !== undefined) throw new Error(`the bystander: ${failure}`)
  }

  /** Since it was asked last. */
  noticed(): Promise<Noticed> {
    this.#child.send('noticed')
    return messageOf<Noticed>(this.#child)
  }

  stop(): Promise<void> {
    return end(this.#child)
  }
}
