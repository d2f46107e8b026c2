/**
 * Has an agent ever come with what a station was given? From then on its token has led to something (E29).
 * @module
 */
import type { Tx } from '../context.js'

/** Was a key or a certificate of this station ever used, on the bus or over HTTP? */
export async function hasProvenItself(tx: Tx, stationId: string): Promise<boolean> {
  const where = { stationId, OR: [{ lastUsedAt: { not: null } }, { provenAt: { not: null } }] }
  const key = await tx.stationKey.findFirst({ where, select: { id: true } })
  return key !== null || (await tx.stationCertificate.findFirst({ where, select: { id: true } })) !== null
}
