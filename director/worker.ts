/**
 * Does named pieces of work one after the other. A name that waits already is not queued twice: a hundred reasons to
 * replan make one replan.
 * @module
 */
import type { Log } from './bus.js'

export class Worker {
  private readonly waiting = new Map<string, () => Promise<void>>()
  private running: Promise<void> | undefined
  private stopped = false

  constructor(private readonly log: Log) {}

  /** Queues `work` under `name`; replaces one that waits under the same name. A failure is logged, never thrown. */
  request(name: string, work: () => Promise<void>): void {
    if (this.stopped) return
    this.waiting.set(name, work)
    this.running ??= this.run()
  }

  /** Drops what waits and waits for what runs. */
  async stop(): Promise<void> {
    this.stopped = true
    this.waiting.clear()
    await this.running
  }

  private async run(): Promise<void> {
    for (const [name, work] of this.waiting) {
      this.waiting.delete(name)
      try {
        await work()
      } catch (error) {
        this.log.warn({ work: name, err: error }, 'work of the director failed; it is tried again later')
      }
    }
    this.running = undefined
  }
}
