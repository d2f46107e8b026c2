/**
 * The live connections, by client id and by station. Ours, because the table of Aedes loses some (P9).
 * @module
 */
import type { Principal } from '../shared/principal.js'
import type { Connection } from './connection.js'
import type { Limits } from './limits.js'

export class Registry {
  readonly #byClientId = new Map<string, Connection>()
  /** How many of each session, service and station. */
  readonly #counts = new Map<string, number>()

  get size(): number {
    return this.#byClientId.size
  }

  all(): Connection[] {
    return [...this.#byClientId.values()]
  }

  byClientId(clientId: string): Connection | undefined {
    return this.#byClientId.get(clientId)
  }

  /** Is there room for one more of this principal? Call it after the old holder of the client id is gone. */
  hasRoom(principal: Principal, limits: Limits): boolean {
    if (this.size >= limits.connections) return false
    const count = this.#counts.get(groupOf(principal)) ?? 0
    switch (principal.kind) {
      case 'station':
        return count === 0
      case 'user':
        return count < limits.connectionsPerSession
      case 'service':
        return count < limits.connectionsPerService
    }
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

  #count(connection: Connection, by: number): void {
    const group = groupOf(connection.principal)
    const count = (this.#counts.get(group) ?? 0) + by
    if (count > 0) this.#counts.set(group, count)
    else this.#counts.delete(group)
  }
}

const groupOf = (principal: Principal) =>
  principal.kind === 'user' ? `user ${principal.sessionId}` : `${principal.kind} ${principal.id}`
