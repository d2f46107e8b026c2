/**
 * The grant that an approved agent keeps: who it is, its key, where to connect, whose signatures to trust.
 * @module
 */
import type { StationGrant } from '../../shared/api/fleet.js'
import type { Context, Tx } from '../context.js'
import type { KeyRequest } from '../crypto/csr.js'
import type { OrgRef, SystemActor } from '../http/actor.js'
import type { Caller } from '../http/caller.js'
import { issueStationCertificate, revokeStationCertificates } from './certificates.js'
import { issueStationKey } from './keys.js'

/** What follows from a redemption without a person at hand. */
export const ENROLLMENT: SystemActor = { kind: 'system', id: 'enrollment' }

export interface Granted {
  readonly grant: StationGrant
  /** Keys and certificates that ended for these; cut what was opened with them after the commit. */
  readonly replaced: readonly string[]
}

export class Grants {
  constructor(private readonly context: Context) {}

  /**
   * Makes the key of a station, and its certificate when it asks for one, inside the transaction that delivers it (H10).
   * @throws TalosError `station_state` unless the station is approved
   */
  async make(
    tx: Tx,
    station: { readonly id: string; readonly name: string },
    org: OrgRef,
    request: KeyRequest | null,
    { address, requestId }: Caller,
    now: Date,
  ): Promise<Granted> {
    const { audit, addresses, signingKeys } = this.context
    const key = await issueStationKey(tx, station.id, this.context, now)
    const common = {
      orgId: org.id,
      actor: ENROLLMENT,
      targetKind: 'station',
      targetId: station.id,
      outcome: 'success',
      address,
      requestId,
    } as const
    await audit.record(tx, {
      ...common,
      action: 'station.key_issue',
      detail: { keyId: key.keyId, replaced: key.replaced },
    })
    const made =
      request === null
        ? { issued: null, replaced: await revokeStationCertificates(tx, station.id, now) }
        : await issueStationCertificate(tx, station.id, request, this.context, false)
    if (made.issued !== null)
      await audit.record(tx, {
        ...common,
        action: 'station.certificate_issue',
        detail: { serial: made.issued.serial, notAfter: made.issued.notAfter, replaced: made.replaced },
      })
    const grant: StationGrant = {
      stationId: station.id,
      name: station.name,
      org: org.slug,
      key: key.text,
      keyIssuedAt: now.toISOString(),
      keyRenewAt: key.renewAt.toISOString(),
      mqttUrl: addresses.mqttUrl,
      ...(made.issued === null ? {} : { certificate: made.issued }),
      signingKeys: [...signingKeys.publicKeys()],
    }
    return { grant, replaced: [...key.replaced, ...made.replaced] }
  }

  /** After the commit: the keys that ended lose their connections, the others hear of the station. */
  announce({ grant, replaced }: Granted): void {
    const { events } = this.context
    for (const credentialId of replaced)
      events.emit('ended', { credentialId, reason: 'the credential was replaced at enrollment' })
    events.emit('station', { org: grant.org, stationId: grant.stationId })
    events.emit('refresh', 'stations')
  }
}
