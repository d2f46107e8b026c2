/**
 * Runs loads against the peers, turn by turn, so that whatever else the machine does hits all of them.
 * @module
 */
import type { ChildProcess } from 'node:child_process'
import type { Say } from '../harness/outcome.js'
import { end, forkOn, LOAD_CORE, messageOf } from '../harness/processes.js'
import type { LoadJob, LoadResult } from './load.js'
import { type Peer, type PeerName, TITLES } from './peers.js'

/**
 * Cores that others may take from a measurement, and how many that they disturbed are done again in the whole bench: on a
 * machine that is never quiet it would take the double, and be no truer.
 */
const MAX_FOREIGN = 0.1
const MAX_AGAIN = 20

export type Shape = Omit<LoadJob, 'port' | 'pid'>
export type Results = ReadonlyMap<PeerName, readonly LoadResult[]>

export class LoadGenerator {
  readonly #child: ChildProcess = forkOn(LOAD_CORE, new URL('./load.js', import.meta.url))
  #againLeft = MAX_AGAIN

  async run(peer: Peer, shape: Shape): Promise<LoadResult> {
    this.#child.send({ ...shape, port: peer.port, pid: peer.child.pid })
    const { result, failure } = await messageOf<{ result?: LoadResult; failure?: string }>(this.#child)
    if (result === undefined) throw new Error(`${TITLES[peer.name]}: ${failure}`)
    return result
  }

  /** The load on each peer in turn, `times` times. What others disturb is done again; the least disturbed counts. */
  async compare(peers: readonly Peer[], shape: Shape, times: number): Promise<Results> {
    const results = new Map(peers.map(({ name }) => [name, [] as LoadResult[]]))
    for (let i = 0; i < times; i++)
      for (const peer of peers) results.get(peer.name)?.push(await this.#undisturbed(peer, shape))
    return results
  }

  async #undisturbed(peer: Peer, shape: Shape): Promise<LoadResult> {
    let best = await this.run(peer, shape)
    if (best.foreign > MAX_FOREIGN && this.#againLeft > 0) {
      this.#againLeft--
      const result = await this.run(peer, shape)
      if (result.foreign < best.foreign) best = result
    }
    return best
  }

  stop(): Promise<void> {
    return end(this.#child)
  }
}

/** How long and how often; the environment can make it longer. */
export const REPETITIONS = Number(process.env['TALOS_BENCH_REPETITIONS'] ?? 5)

export const announced = (say: Say, title: string) =>
  say(`${new Date().toISOString().slice(11, 19)} ${title}`)
