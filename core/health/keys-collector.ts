/**
 * Collects how old keys are and when certificates end (H14): raw, without a judgement.
 * @module
 */
import { X509Certificate } from 'node:crypto'
import type { KeysState, StationCertificateCounts } from '../../shared/api/health.js'
import { DAY, HOUR } from '../../shared/time.js'
import type { Certificate } from '../certificate.js'
import type { Context } from '../context.js'

/** E30: an agent renews its key by itself; after so long it cannot. */
const KEY_LATE_MS = 14 * DAY

export async function keysState(
  { prisma, clock }: Pick<Context, 'prisma' | 'clock'>,
  tls: Pick<Certificate, 'pair'> | null,
  stationCertificates: StationCertificateCounts,
): Promise<KeysState> {
  const now = clock.now()
  const daysTo = (end: number) => (end - now) / DAY
  const authorities = await prisma.certificateAuthority.findMany({
    where: { retiredAt: null },
    select: { id: true, notAfter: true },
    orderBy: { notAfter: 'desc' },
  })
  const signing = await prisma.signingKey.findFirst({
    where: { retiredAt: null, activeAt: { lte: new Date(now) } },
    orderBy: { activeAt: 'desc' },
  })
  const director = await prisma.serviceKey.findFirst({
    where: { service: 'svc_director', revokedAt: null },
    orderBy: { createdAt: 'desc' },
  })
  const stationKeysLate = await prisma.stationKey.count({
    where: {
      revokedAt: null,
      renewAt: { lt: new Date(now - KEY_LATE_MS) },
      station: { status: 'approved', lockedAt: null, credential: { not: 'certificate' } },
    },
  })
  return {
    tlsDaysLeft: tls === null ? null : daysTo(Date.parse(new X509Certificate(tls.pair.cert).validTo)),
    authorities: authorities.map(({ id, notAfter }) => ({ id, daysLeft: daysTo(notAfter.getTime()) })),
    signingKeyAgeDays: signing === null ? null : -daysTo(signing.activeAt.getTime()),
    directorKeyAgeDays: director === null ? null : -daysTo(director.createdAt.getTime()),
    directorKeyUsedHours: director?.lastUsedAt == null ? null : (now - director.lastUsedAt.getTime()) / HOUR,
    stationKeysLate,
    stationCertificates,
  }
}
