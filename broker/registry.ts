/**
 * The live connections, by client id and by all that can be cut. Ours, because the table of Aedes loses some (P9).
 * @module
 */
import type { Principal } from '../shared/principal.js'
import { fitsCut } from './admission.js'
import type { Connection } from './connection.js'
import type { CutMatch } from './contracts.js'
import type { LimitName, Limits } from './limits.js'
import { addressBlock } from './lockout.js'

/** Connections under a name of which most have one: a set costs 200 bytes, and there is one name for each station. */
class Index {
  readonly #entries = new Map<string, Connection | Set<Connection>>()

  add(name: string, connection: Connection): void {
    const there = this.#entries.get(name)
    if (there === undefined) this.#entries.set(name, connection)
    else if (there instanceof Set) there.add(connection)
    else this.#entries.set(name, new Set([there, connection]))
  }

  remove(name: string, connection: Connection): void {
    const there = this.#entries.get(name)
    if (there instanceof Set) {
      there.delete(connection)
      if (there.size === 0) this.#entries.delete(name)
    } else if (there === connection) {
      this.#entries.delete(name)
    }
  }

  get(name: string): readonly Connection[] {
    const there = this.#entries.get(name)
    return there === undefined ? [] : there instanceof Set ? [...there] : [there]
  }

  count(name: string): number {
    const there = this.#entries.get(name)
    return there === undefined ? 0 : there instanceof Set ? there.size : 1
  }
}

export class Registry {
  readonly #byClientId = new Map<string, Connection>()
  readonly #byCredential = new Index()
  readonly #bySession = new Index()
  readonly #byUser = new Index()
  readonly #byService = new Index()
  readonly #byOrg = new Index()
  /** How many of each address. */
  readonly #places = new Map<string, number>()

  /** `isShared`: does this address stand for many clients, so that no limit holds for it? */
  constructor(readonly isShared: (remoteAddress: string) => boolean) {}

  get size(): number {
    return this.#byClientId.size
  }

  /** A view; it changes with the registry. */
  all(): Iterable<Connection> {
    return this.#byClientId.values()
  }

  byClientId(clientId: string): Connection | undefined {
    return this.#byClientId.get(clientId)
  }

  /**
   * Those that a cut ends. It looks under the narrowest name that is given, so that it costs what it ends and not what
   * is connected.
   */
  fitting(match: CutMatch): Connection[] {
    return this.#candidates(match).filter(({ principal }) => fitsCut(match, principal))
  }

  /**
   * The limit that one more connection of this principal from this address would break, or null. Call it after the old
   * holder of the client id is gone; then a station, which has one client id, has no other.
   */
  full(principal: Principal, remoteAddress: string, limits: Limits): LimitName | null {
    if (this.size >= limits.connections) return 'connections'
    const fromHere = this.#places.get(addressBlock(remoteAddress)) ?? 0
    if (fromHere >= limits.connectionsPerAddress) return 'connections_per_address'
    switch (principal.kind) {
      case 'station':
        return null
      case 'user':
        return this.#bySession.count(principal.sessionId) < limits.connectionsPerSession
          ? null
          : 'connections_per_session'
      case 'service':
        return this.#byService.count(principal.id) < limits.connectionsPerService
          ? null
          : 'connections_per_service'
    }
  }

  add(connection: Connection): void {
    const { clientId, meta } = connection.options
    this.#byClientId.set(clientId, connection)
    for (const [index, name] of this.#namesOf(connection.principal)) index.add(name, connection)
    if (!this.isShared(meta.remoteAddress)) this.#count(addressBlock(meta.remoteAddress), 1)
  }

  /** Removes this very connection; a newer one with the same client id stays. */
  remove(connection: Connection): void {
    const { clientId, meta } = connection.options
    if (this.#byClientId.get(clientId) !== connection) return
    this.#byClientId.delete(clientId)
    for (const [index, name] of this.#namesOf(connection.principal)) index.remove(name, connection)
    if (!this.isShared(meta.remoteAddress)) this.#count(addressBlock(meta.remoteAddress), -1)
  }

  #candidates(match: CutMatch): readonly Connection[] {
    const { stationId, credentialId, sessionId, userId, serviceId, org } = match
    if (stationId !== undefined) {
      // B9: the client id of a station is its id.
      const connection = this.#byClientId.get(stationId)
      return connection === undefined ? [] : [connection]
    }
    if (credentialId !== undefined) return this.#byCredential.get(credentialId)
    if (sessionId !== undefined) return this.#bySession.get(sessionId)
    if (userId !== undefined) return this.#byUser.get(userId)
    if (serviceId !== undefined) return this.#byService.get(serviceId)
    return org === undefined ? [] : this.#byOrg.get(org)
  }

  #namesOf(principal: Principal): [Index, string][] {
    switch (principal.kind) {
      case 'station':
        return [
          [this.#byCredential, principal.credentialId],
          [this.#byOrg, principal.org],
        ]
      case 'user':
        return [
          [this.#bySession, principal.sessionId],
          [this.#byUser, principal.id],
          [this.#byOrg, principal.org],
        ]
      case 'service':
        return [
          [this.#byCredential, principal.credentialId],
          [this.#byService, principal.id],
        ]
    }
  }

  #count(place: string, by: number): void {
    const count = (this.#places.get(place) ?? 0) + by
    if (count > 0) this.#places.set(place, count)
    else this.#places.delete(place)
  }
}
