/**
 * What a campaign would find, before it is saved.
 * @module
 */
import type { z } from 'zod'
import type {
  CampaignPreview,
  campaignPreviewRequest,
  campaignRequest,
  PreviewSatellite,
} from '../../shared/api/campaigns.js'
import type { SatelliteRecord } from '../../shared/api/elements.js'
import { maskSchema } from '../../shared/api/fleet.js'
import { type RadioBand, radioBandsSchema } from '../../shared/api/radio.js'
import { TalosError } from '../../shared/errors.js'
import { mountSchema, siteSchema } from '../../shared/messages.js'
import { judge } from '../../shared/orbit/judge.js'
import { PIECE_MS, workOf } from '../../shared/orbit/long-passes.js'
import type { Stand } from '../../shared/orbit/search/stands.js'
import { needOf, rfFit } from '../../shared/radio-fit.js'
import { DAY, iso, SECOND } from '../../shared/time.js'
import type { Context } from '../context.js'
import { checkTargets } from './campaigns.js'
import { OPEN_STATES, RUNNING_STATES } from './contact-states.js'
import { windowsOf } from './maintenance.js'
import type { NamedStand, Passes } from './passes.js'
import { type CandidatePass, type Standing, sumOf, tally } from './preview-tally.js'
import type { Satellites } from './satellites.js'
import type { Transmitters } from './transmitters.js'

type Request = z.infer<typeof campaignPreviewRequest>
type Draft = z.infer<typeof campaignRequest>

/** Pairs of a low satellite and a station over a day: less work than passes of a week for all that may ask for them. */
export const MOST_PREVIEW_PAIRS = 1000
const WINDOW_MS = 1 * DAY

interface Antenna extends NamedStand {
  readonly bands: readonly RadioBand[]
}

/** A campaign that wants a satellite, too, and goes first. */
interface Rival {
  readonly name: string
  readonly priority: number
}

export class Previews {
  constructor(
    private readonly context: Context,
    private readonly satellites: Pick<Satellites, 'byIds'>,
    private readonly transmitters: Pick<Transmitters, 'of'>,
    private readonly passes: Pick<Passes, 'over'>,
  ) {}

  /**
   * @throws TalosError `invalid_request` as `Campaigns.create`, `not_found` for a campaign to replace that is none,
   *   `unavailable` when too many ask at once
   */
  async preview(orgId: string, { campaign, replaces }: Request): Promise<CampaignPreview> {
    const { prisma, clock } = this.context
    const from = clock.now()
    const to = from + WINDOW_MS
    await checkTargets(prisma, orgId, campaign)
    const [antennas, rivals] = await Promise.all([
      this.#antennas(orgId, campaign.stations),
      this.#rivals(orgId, campaign, replaces),
    ])
    const known = new Map((await this.satellites.byIds(campaign.satellites)).map((s) => [s.id, s]))
    const records = campaign.satellites.flatMap((id) => known.get(id) ?? [])
    const looked = affordable(records, antennas.length)
    const satellites: PreviewSatellite[] = []
    const candidates: CandidatePass[] = []
    for (const record of looked) {
      const without = withoutOf(record, campaign, rivals, from)
      const own = without === null ? await this.#passesOf(record, campaign, antennas, from, to) : []
      candidates.push(...own)
      const nextAos = own.length === 0 ? null : iso(Math.min(...own.map(({ aos }) => aos)))
      satellites.push({ satelliteId: record.id, name: record.name, ...sumOf(own), nextAos, without })
    }
    const ids = antennas.map(({ id }) => id)
    const [standing, windows] = await Promise.all([
      this.#standing(orgId, replaces, from, to),
      windowsOf(prisma, ids, new Date(from)),
    ])
    return {
      ...{ from: iso(from), to: iso(to), stations: antennas.length, leftOut: records.length - looked.length },
      ...tally(
        candidates,
        campaign,
        standing,
        windows.map((w) => ({ stationId: w.stationId, from: w.from.getTime(), to: w.to.getTime() })),
      ),
      satellites,
    }
  }

  async #passesOf(
    record: SatelliteRecord,
    campaign: Draft,
    antennas: readonly Antenna[],
    from: number,
    to: number,
  ): Promise<CandidatePass[]> {
    const need = needOf(campaign, await this.transmitters.of(record.id))
    const bands = new Map(antennas.map((antenna) => [antenna.id, antenna.bands]))
    const found = await this.passes.over([record], antennas, from, to)
    return found
      .filter(
        (pass) =>
          !pass.clippedEnd &&
          pass.durationS * SECOND >= Math.min(campaign.minDurationS * SECOND, PIECE_MS) &&
          pass.maxEl >= campaign.minMaxElevation,
      )
      .map((pass) => ({
        stationId: pass.stationId,
        satelliteId: record.id,
        aos: Date.parse(pass.aos),
        los: Date.parse(pass.los),
        fits: 'link' in rfFit(bands.get(pass.stationId) ?? [], need),
      }))
  }

  /** Stations that can be planned for, of those that the campaign names. */
  async #antennas(orgId: string, only: readonly string[]): Promise<Antenna[]> {
    const rows = await this.context.prisma.station.findMany({
      where: {
        ...{ orgId, status: 'approved', lockedAt: null },
        ...(only.length === 0 ? {} : { id: { in: [...only] } }),
      },
      select: {
        ...{ id: true, lat: true, lon: true, altM: true, minElevation: true },
        ...{ mask: true, mount: true, rf: true },
      },
      orderBy: { id: 'asc' },
    })
    return rows.flatMap(({ id, lat, lon, altM, minElevation, ...row }) => {
      const site = siteSchema.safeParse({ lat, lon, altM })
      const mount = mountSchema.nullable().parse(row.mount)
      if (!site.success || mount === null) return []
      const stand: Stand = {
        site: site.data,
        minElevation: Math.max(minElevation, mount.elMin),
        mask: maskSchema.parse(row.mask),
      }
      return [{ id, ...stand, bands: radioBandsSchema.parse(row.rf) }]
    })
  }

  /** Of each satellite the campaign that has it before this one: a higher priority, or the same and elder. */
  async #rivals(
    orgId: string,
    campaign: Draft,
    replaces: string | null,
  ): Promise<ReadonlyMap<string, Rival & { readonly allowStale: boolean }>> {
    const { prisma, clock } = this.context
    const others = await prisma.campaign.findMany({
      where: { orgId, deletedAt: null, satellites: { hasSome: campaign.satellites } },
      select: {
        ...{ id: true, name: true, priority: true, satellites: true },
        ...{ enabled: true, allowStale: true, createdAt: true },
      },
      orderBy: [{ priority: 'asc' }, { createdAt: 'desc' }, { id: 'desc' }],
    })
    const own = others.find(({ id }) => id === replaces)
    if (replaces !== null && own === undefined && !(await this.#isCampaign(orgId, replaces)))
      throw new TalosError('not_found', `There is no campaign ${replaces} in this organisation.`)
    const bornAt = own?.createdAt.getTime() ?? clock.now()
    const first = others.filter(
      (other) =>
        other.enabled &&
        other.id !== replaces &&
        (other.priority > campaign.priority ||
          (other.priority === campaign.priority && other.createdAt.getTime() <= bornAt)),
    )
    // The last that is set has the highest rank.
    return new Map(first.flatMap((other) => other.satellites.map((id) => [id, other] as const)))
  }

  async #isCampaign(orgId: string, id: string): Promise<boolean> {
    const row = await this.context.prisma.campaign.findFirst({ where: { id, orgId, deletedAt: null } })
    return row !== null
  }

  /** What is booked and would not go with the campaign that is replaced. */
  async #standing(orgId: string, replaces: string | null, from: number, to: number): Promise<Standing[]> {
    const running: readonly string[] = RUNNING_STATES
    const rows = await this.context.prisma.contact.findMany({
      where: {
        ...{ orgId, state: { in: [...OPEN_STATES] } },
        ...{ los: { gt: new Date(from) }, aos: { lt: new Date(to) } },
      },
      select: {
        ...{
          stationId: true,
          satelliteId: true,
          campaignId: true,
          priority: true,
          fixedBy: true,
          state: true,
        },
        ...{ aos: true, los: true, prepassS: true, postpassS: true },
      },
    })
    return rows
      .map(({ aos, los, prepassS, postpassS, fixedBy, state, ...row }) => ({
        ...row,
        from: aos.getTime() - prepassS * SECOND,
        to: los.getTime() + postpassS * SECOND,
        stays: fixedBy !== null || running.includes(state),
      }))
      .filter((row) => row.stays || replaces === null || row.campaignId !== replaces)
  }
}

/** The first of them, one at least. */
function affordable(records: readonly SatelliteRecord[], stations: number): readonly SatelliteRecord[] {
  let left = MOST_PREVIEW_PAIRS
  const end = records.findIndex(({ omm }, i) => {
    left -= workOf(omm) * stations
    return left < 0 && i > 0
  })
  return end < 0 ? records : records.slice(0, end)
}

/** Why a satellite brings the campaign nothing: what keeps its elements from use, or who has it. */
function withoutOf(
  record: SatelliteRecord,
  campaign: Draft,
  rivals: ReadonlyMap<string, Rival & { readonly allowStale: boolean }>,
  now: number,
): PreviewSatellite['without'] {
  const fault = faultText(record, now)
  const usable = fault === null || (fault.stale && campaign.allowStale)
  if (fault !== null && !usable) return { why: 'elements', detail: fault.detail }
  const rival = rivals.get(record.id)
  // One that may not use elements as old as these leaves the satellite to this campaign.
  if (rival === undefined || (fault !== null && !rival.allowStale)) return null
  return { why: 'campaign', name: rival.name, priority: rival.priority }
}

function faultText(
  { omm }: SatelliteRecord,
  now: number,
): { readonly stale: boolean; readonly detail: string } | null {
  try {
    judge(omm, now)
    return null
  } catch (error) {
    if (error instanceof TalosError) return { stale: error.code === 'elements_stale', detail: error.detail }
    throw error
  }
}
