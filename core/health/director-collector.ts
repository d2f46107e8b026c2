/**
 * Collects what the director does for an organisation: raw, without a judgement (H1, H12).
 * @module
 */

import type { DirectorState } from '../../shared/api/health.js'
import { ommSchema } from '../../shared/messages.js'
import type { AgeLevel } from '../../shared/orbit/age.js'
import { ageLevel, ageLimits, LOW_LIMITS } from '../../shared/orbit/age.js'
import { DAY, MINUTE } from '../../shared/time.js'
import type { Context } from '../context.js'

/** A plan is out long before; an antenna that slews half round needs minutes. */
const SOON_MS = 5 * MINUTE

/** Elements that are to be used, and how old they are. */
export interface Aged {
  readonly name: string
  readonly days: number
  /** For orbits with limits of their own; null: a low one, judged by the threshold. */
  readonly own: AgeLevel | null
}

export interface DirectorSeen {
  readonly state: DirectorState
  readonly elements: readonly Aged[]
}

export async function directorSeen(
  { prisma, clock }: Pick<Context, 'prisma' | 'clock'>,
  isDirectorOnline: () => boolean,
  isStationOnline: (stationId: string) => boolean,
  orgId: string,
): Promise<DirectorSeen> {
  const now = clock.now()
  const campaigns = await prisma.campaign.findMany({
    where: { orgId, enabled: true, deletedAt: null },
    select: { satellites: true },
  })
  const wanted = [...new Set(campaigns.flatMap(({ satellites }) => satellites))]
  const known = await prisma.satellite.findMany({
    where: { id: { in: wanted } },
    select: { id: true, name: true, current: { select: { omm: true, epoch: true } } },
  })
  const elements = known.map(({ name, current }): Aged => {
    const ageMs = now - current.epoch.getTime()
    const limits = ageLimits(ommSchema.parse(current.omm))
    return { name, days: ageMs / DAY, own: limits === LOW_LIMITS ? null : ageLevel(ageMs, limits) }
  })
  const oldest = elements.reduce<Aged | null>(
    (most, one) => (most === null || one.days > most.days ? one : most),
    null,
  )
  const ids = new Set(known.map(({ id }) => id))
  const schedule = await prisma.schedule.findUnique({ where: { orgId } })
  const coming = await prisma.contact.findMany({
    where: { orgId, state: { in: ['scheduled', 'uploaded', 'drifted'] }, los: { gt: new Date(now) } },
    select: { stationId: true, state: true, aos: true, prepassS: true },
  })
  const late = coming.filter(
    (c) =>
      c.state === 'scheduled' &&
      c.aos.getTime() - c.prepassS * 1000 - now < SOON_MS &&
      isStationOnline(c.stationId),
  )
  return {
    elements,
    state: {
      online: isDirectorOnline(),
      campaigns: campaigns.length,
      satellites: wanted.length,
      oldestElementsDays: oldest?.days ?? null,
      oldestElementsOf: oldest?.name ?? null,
      withoutElements: wanted.filter((id) => !ids.has(id)),
      scheduleAgeMinutes: schedule === null ? null : (now - schedule.madeAt.getTime()) / MINUTE,
      value: schedule?.value ?? null,
      bound: schedule?.bound ?? null,
      quotasUnmet: Array.isArray(schedule?.unmet) ? schedule.unmet.length : 0,
      contactsComing: coming.length,
      plansLate: late.length,
    },
  }
}
