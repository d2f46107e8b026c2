/**
 * E30: the first CONNECT with a new key is the proof that its station has it; then the one before ends. Not earlier: a
 * key that was lost on its way to the station must cost nothing.
 * @module
 */
import type { Context } from '../context.js'
import { revokeStationKeys } from '../fleet/keys.js'
import { lockStation } from '../fleet/station-lock.js'
import type { ProvenKey } from './machine-keys.js'

export type StationKey = Extract<ProvenKey, { kind: 'station' }>

export class KeySuccession {
  constructor(private readonly context: Pick<Context, 'prisma' | 'clock' | 'audit' | 'events' | 'log'>) {}

  /**
   * Takes the key as proved, once. False: it has ended meanwhile.
   * @param address from which it came
   */
  async firstUse({ row: { keyId, station } }: StationKey, address: string): Promise<boolean> {
    const { prisma, clock, audit, events } = this.context
    const now = new Date(clock.now())
    const ended = await prisma.$transaction(async (tx) => {
      // A revocation, a lock and another rotation stand in line here.
      if ((await lockStation(tx, station.id)) !== 'approved') return null
      const live = { keyId, revokedAt: null }
      const [proved] = await tx.stationKey.updateManyAndReturn({
        where: { ...live, provenAt: null },
        data: { provenAt: now },
        select: { keyId: true, createdAt: true },
      })
      if (proved === undefined) return (await tx.stationKey.count({ where: live })) === 1 ? [] : null
      const replaced = await revokeStationKeys(tx, station.id, now, proved)
      // The key of an enrollment follows none.
      if (replaced.length === 0) return replaced
      const { orgId } = await tx.station.update({
        where: { id: station.id },
        data: { rotateAskedAt: null },
        select: { orgId: true },
      })
      await audit.record(tx, {
        orgId,
        actor: { kind: 'station', id: station.id },
        action: 'station.key_prove',
        targetKind: 'station',
        targetId: station.id,
        outcome: 'success',
        address,
        detail: { keyId, replaced },
      })
      return replaced
    })
    for (const credentialId of ended ?? [])
      events.emit('ended', { credentialId, reason: 'the next key of the station was proved' })
    return ended !== null
  }

  /**
   * A key that has ended was presented, and its secret was right: whoever has it copied it while it lived, or has set a
   * machine back to an old disk. It opens nothing; a person should know (docs/operate.md).
   */
  reused({ row: { keyId, station } }: StationKey, address: string): void {
    const { audit, log } = this.context
    log.warn(
      { stationId: station.id, org: station.org.slug, keyId, address },
      'an ended key of a station was presented',
    )
    audit.bestEffort({
      orgId: station.org.id,
      actor: { kind: 'station', id: station.id },
      action: 'station.key_reuse',
      targetKind: 'station',
      targetId: station.id,
      outcome: 'denied',
      address,
      detail: { keyId },
    })
  }
}
