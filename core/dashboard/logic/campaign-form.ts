/**
 * The form of a campaign: text as people type it, and the body that core takes.
 * @module
 */
import type { z } from 'zod'
import { type Campaign, campaignRequest } from '../../../shared/api/campaigns.js'
import type { Polarisation } from '../../../shared/api/radio.js'

export interface CampaignForm {
  readonly name: string
  /** 1 to 10, 10 is the highest. */
  readonly priority: number
  readonly satellites: readonly { readonly id: string; readonly name: string }[]
  /** Ids; empty: all stations. */
  readonly stations: readonly string[]
  readonly minDurationS: string
  readonly minMaxElevation: string
  /** MHz; empty: what the satellite's only active transmitter says. */
  readonly downlinkHz: string
  readonly uplinkHz: string
  readonly polarisation: Polarisation | null
  readonly prepassS: string
  readonly postpassS: string
  /** Contacts a day; the second empty: as many as there are. */
  readonly minPerDay: string
  readonly maxPerDay: string
  readonly quotaPer: Campaign['quotaPer']
  readonly minGapS: string
  /** Empty: any number. */
  readonly simultaneous: string
  readonly partial: boolean
  readonly allowStale: boolean
  readonly enabled: boolean
}
export type CampaignField =
  | 'name'
  | 'satellites'
  | 'minDurationS'
  | 'minMaxElevation'
  | 'downlinkHz'
  | 'uplinkHz'
  | 'prepassS'
  | 'postpassS'
  | 'minPerDay'
  | 'maxPerDay'
  | 'minGapS'
  | 'simultaneous'

export const NEW_CAMPAIGN: CampaignForm = {
  name: '',
  priority: 5,
  satellites: [],
  stations: [],
  minDurationS: '60',
  minMaxElevation: '10',
  downlinkHz: '',
  uplinkHz: '',
  polarisation: null,
  prepassS: '0',
  postpassS: '0',
  minPerDay: '0',
  maxPerDay: '',
  quotaPer: 'campaign',
  minGapS: '0',
  simultaneous: '',
  partial: false,
  allowStale: false,
  enabled: true,
}

const inMegahertz = (hertz: number | null): string => (hertz === null ? '' : String(hertz / 1e6))
const orEmpty = (value: number | null): string => (value === null ? '' : String(value))
const orNull = (text: string): number | null => (text.trim() === '' ? null : Number(text))
const number = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text))
/** Whole hertz: a megahertz typed with six decimals is exact. */
const inHertz = (text: string): number | null => (text.trim() === '' ? null : Math.round(Number(text) * 1e6))

/** @param nameOf names of satellites where they are known */
export const campaignForm = (
  campaign: Campaign,
  nameOf: (id: string) => string | undefined,
): CampaignForm => ({
  ...campaign,
  satellites: campaign.satellites.map((id) => ({ id, name: nameOf(id) ?? id })),
  minDurationS: String(campaign.minDurationS),
  minMaxElevation: String(campaign.minMaxElevation),
  downlinkHz: inMegahertz(campaign.downlinkHz),
  uplinkHz: inMegahertz(campaign.uplinkHz),
  prepassS: String(campaign.prepassS),
  postpassS: String(campaign.postpassS),
  minPerDay: String(campaign.minPerDay),
  maxPerDay: orEmpty(campaign.maxPerDay),
  minGapS: String(campaign.minGapS),
  simultaneous: orEmpty(campaign.simultaneous),
})

const HELP: Readonly<Record<CampaignField, string>> = {
  name: 'A name of 1 to 80 characters',
  satellites: 'At least one satellite, at most 500',
  minDurationS: 'Whole seconds from 10 to 86400',
  minMaxElevation: 'Degrees from 0 to 90',
  downlinkHz: 'MHz, or empty',
  uplinkHz: 'MHz, or empty',
  prepassS: 'Whole seconds from 0 to 3600',
  postpassS: 'Whole seconds from 0 to 3600',
  minPerDay: 'A whole number from 0 to 1000',
  maxPerDay: 'Empty, or from 1 to 1000 and not below the least',
  minGapS: 'Whole seconds from 0 to 86400',
  simultaneous: 'Empty, or from 1 to 1000; with a gap, 1',
}

export type CampaignBody = z.infer<typeof campaignRequest>
type Checked =
  | { readonly ok: true; readonly body: CampaignBody }
  | { readonly ok: false; readonly wrong: Partial<Record<CampaignField, string>> }

const isField = (key: unknown): key is CampaignField => typeof key === 'string' && Object.hasOwn(HELP, key)

/** Checks a form by the schema of core. */
export function checkCampaign(form: CampaignForm): Checked {
  const parsed = campaignRequest.safeParse({
    name: form.name,
    priority: form.priority,
    satellites: form.satellites.map((s) => s.id),
    stations: form.stations,
    minDurationS: number(form.minDurationS),
    minMaxElevation: number(form.minMaxElevation),
    downlinkHz: inHertz(form.downlinkHz),
    uplinkHz: inHertz(form.uplinkHz),
    polarisation: form.polarisation,
    prepassS: number(form.prepassS),
    postpassS: number(form.postpassS),
    minPerDay: number(form.minPerDay),
    maxPerDay: orNull(form.maxPerDay),
    quotaPer: form.quotaPer,
    minGapS: number(form.minGapS),
    simultaneous: orNull(form.simultaneous),
    partial: form.partial,
    allowStale: form.allowStale,
    enabled: form.enabled,
  })
  if (parsed.success) return { ok: true, body: parsed.data }
  const fields = parsed.error.issues.map(({ path }) => path[0]).filter(isField)
  return { ok: false, wrong: Object.fromEntries(fields.map((field) => [field, HELP[field]])) }
}
