/**
 * Where rate limits count. In the memory of this process; where several cores stand behind one balancer, whatever they
 * share takes its place: `RateCounter` is all that the server asks for.
 * @module
 */
import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor } from '@fastify/rate-limit'
import type { RouteOptions } from 'fastify'
import { BoundedMap } from '../../broker/bounded-map.js'
import type { Clock } from '../../shared/time.js'

export interface Counted {
  /** How many there were in this window, with this one. */
  readonly current: number
  /** ms until the window ends. */
  readonly ttl: number
}

export interface RateCounter {
  /** Counts one more under the key, in windows of so many ms. */
  count(key: string, windowMs: number): Promise<Counted>
}

/** Bound of what is remembered; the oldest goes first. */
const MAX_KEYS = 100_000

interface Window {
  readonly current: number
  /** Monotonic ms. */
  readonly since: number
}

export class MemoryRateCounter implements RateCounter {
  readonly #windows = new BoundedMap<string, Window>(MAX_KEYS)

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {}

  async count(key: string, windowMs: number): Promise<Counted> {
    const now = this.clock.monotonic()
    const known = this.#windows.get(key)
    const isOver = known === undefined || now - known.since >= windowMs
    const window = isOver ? { current: 1, since: now } : { ...known, current: known.current + 1 }
    this.#windows.set(key, window)
    return { current: window.current, ttl: windowMs - (now - window.since) }
  }
}

/** For `@fastify/rate-limit`, whose own store tells each of many at once the count of the last. */
export function storeOf(counter: RateCounter): FastifyRateLimitStoreCtor {
  class Store implements FastifyRateLimitStore {
    #scope = 'all'

    incr(
      key: string,
      callback: (error: Error | null, result?: { current: number; ttl: number }) => void,
      windowMs = 0,
    ): void {
      counter.count(`${this.#scope} ${key}`, windowMs).then(
        (counted) => callback(null, counted),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
      )
    }

    /** A route that has a limit of its own counts by itself; all others count together. */
    child(limits: object): Store {
      // What the library hands over holds the route, other than its types say.
      const { method = [], url = '' } = (limits as { routeInfo?: Partial<RouteOptions> }).routeInfo ?? {}
      const store = new Store()
      // A HEAD is the GET of the same address.
      store.#scope = `${[method].flat().join().replace('HEAD', 'GET')} ${url}`
      return store
    }
  }
  return Store as FastifyRateLimitStoreCtor
}
