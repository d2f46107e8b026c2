/**
 * What a station was given to sign in with, and whether its agent has ever come with it: from then on its token has led to
 * something (E29).
 * @module
 */
import type { Tx } from '../context.js'

/** Was a key or a certificate of this station ever used, on the bus or over HTTP? */
export async function hasProvenItself(tx: Tx, stationId: string): Promise<boolean> {
  const where = { stationId, OR: [{ lastUsedAt: { not: null } }, { provenAt: { not: null } }] }
  const key = await tx.stationKey.findFirst({ where, select: { id: true } })
  return key !== null || (await tx.stationCertificate.findFirst({ where, select: { id: true } })) !== null
}

/** The public halves of its keys and the serials of its certificates that hold: what its connections were opened with. */
export async function liveCredentials(tx: Tx, stationId: string): Promise<string[]> {
  const where = { stationId, revokedAt: null }
  const keys = await tx.stationKey.findMany({ where, select: { keyId: true } })
  const certificates = await tx.stationCertificate.findMany({ where, select: { serial: true } })
  return [...keys.map(({ keyId }) => keyId), ...certificates.map(({ serial }) => serial)]
}
