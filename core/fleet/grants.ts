/**
 * The grant that an approved agent keeps: who it is, its key, where to connect, whose signatures to trust.
 * @module
 */
import type { StationGrant } from '../../shared/api/fleet.js'
import type { Context, Tx } from '../context.js'
import type { OrgRef, SystemActor } from '../http/actor.js'
import type { Caller } from '../http/caller.js'
import { issueStationKey } from './keys.js'

/** What follows from a redemption without a person at hand. */
export const ENROLLMENT: SystemActor = { kind: 'system', id: 'enrollment' }

export interface Granted {
  readonly grant: StationGrant
  /** Keys that ended for this one; cut what was opened with them after the commit. */
  readonly replaced: readonly string[]
}

export class Grants {
  constructor(private readonly context: Context) {}

  /**
   * Makes the key of a station, inside the transaction that delivers it (H10).
   * @throws TalosError `station_state` unless the station is approved
   */
  async make(
    tx: Tx,
    station: { readonly id: string; readonly name: string },
    org: OrgRef,
    { address, requestId }: Caller,
    now: Date,
  ): Promise<Granted> {
    const { audit, addresses, signingKeys } = this.context
    const key = await issueStationKey(tx, station.id, this.context, now)
    await audit.record(tx, {
      orgId: org.id,
      actor: ENROLLMENT,
      action: 'station.key_issue',
      targetKind: 'station',
      targetId: station.id,
      outcome: 'success',
      address,
      requestId,
      detail: { keyId: key.keyId, replaced: key.replaced },
    })
    const grant: StationGrant = {
      stationId: station.id,
      name: station.name,
      org: org.slug,
      key: key.text,
      keyIssuedAt: now.toISOString(),
      keyRenewAt: key.renewAt.toISOString(),
      mqttUrl: addresses.mqttUrl,
      signingKeys: [...signingKeys.publicKeys()],
    }
    return { grant, replaced: key.replaced }
  }

  /** After the commit: the keys that ended lose their connections, the others hear of the station. */
  announce({ grant, replaced }: Granted): void {
    const { events } = this.context
    for (const credentialId of replaced)
      events.emit('ended', { credentialId, reason: 'the key was replaced at enrollment' })
    events.emit('station', { org: grant.org, stationId: grant.stationId })
    events.emit('refresh', 'stations')
  }
}
