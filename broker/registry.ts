/**
 * The live connections, by client id and by station. Ours, because the table of Aedes loses some (P9).
 * @module
 */
import type { Principal } from '../shared/principal.js'
import type { Connection } from './connection.js'
import type { LimitName, Limits } from './limits.js'
import { addressBlock } from './lockout.js'

export class Registry {
  readonly #byClientId = new Map<string, Connection>()
  /** How many of each session, service, station and address. */
  readonly #counts = new Map<string, number>()

  /** `isShared`: does this address stand for many clients, so that no limit holds for it? */
  constructor(readonly isShared: (remoteAddress: string) => boolean) {}

  get size(): number {
    return this.#byClientId.size
  }

  all(): Connection[] {
    return [...this.#byClientId.values()]
  }

  byClientId(clientId: string): Connection | undefined {
    return this.#byClientId.get(clientId)
  }

  /**
   * The limit that one more connection of this principal from this address would break, or null. Call it after the old
   * holder of the client id is gone; then a station, which has one client id, has no other.
   */
  full(principal: Principal, remoteAddress: string, limits: Limits): LimitName | null {
    if (this.size >= limits.connections) return 'connections'
    const fromHere = this.#counts.get(placeOf(remoteAddress)) ?? 0
    if (fromHere >= limits.connectionsPerAddress) return 'connections_per_address'
    const count = this.#counts.get(groupOf(principal)) ?? 0
    if (principal.kind === 'user' && count >= limits.connectionsPerSession) return 'connections_per_session'
    if (principal.kind === 'service' && count >= limits.connectionsPerService)
      return 'connections_per_service'
    return null
  }

  add(connection: Connection): void {
    this.#byClientId.set(connection.options.clientId, connection)
    this.#count(connection, 1)
  }

  /** Removes this very connection; a newer one with the same client id stays. */
  remove(connection: Connection): void {
    const { clientId } = connection.options
    if (this.#byClientId.get(clientId) !== connection) return
    this.#byClientId.delete(clientId)
    this.#count(connection, -1)
  }

  #count({ principal, options }: Connection, by: number): void {
    const { remoteAddress } = options.meta
    this.#add(groupOf(principal), by)
    if (!this.isShared(remoteAddress)) this.#add(placeOf(remoteAddress), by)
  }

  #add(key: string, by: number): void {
    const count = (this.#counts.get(key) ?? 0) + by
    if (count > 0) this.#counts.set(key, count)
    else this.#counts.delete(key)
  }
}

const placeOf = (remoteAddress: string) => `address ${addressBlock(remoteAddress)}`

const groupOf = (principal: Principal) =>
  principal.kind === 'user' ? `user ${principal.sessionId}` : `${principal.kind} ${principal.id}`
