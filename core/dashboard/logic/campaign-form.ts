/**
 * The form of a campaign: text as people type it, and the body that core takes.
 * @module
 */
import type { z } from 'zod'
import { type Campaign, campaignRequest } from '../../../shared/api/campaigns.js'

export interface CampaignForm {
  readonly name: string
  /** 1 to 10, 10 is the highest. */
  readonly priority: number
  readonly satellites: readonly { readonly id: string; readonly name: string }[]
  /** Ids; empty: all stations. */
  readonly stations: readonly string[]
  readonly minDurationS: string
  readonly minMaxElevation: string
  readonly allowStale: boolean
  readonly enabled: boolean
}
export type CampaignField = 'name' | 'satellites' | 'minDurationS' | 'minMaxElevation'

export const NEW_CAMPAIGN: CampaignForm = {
  name: '',
  priority: 5,
  satellites: [],
  stations: [],
  minDurationS: '60',
  minMaxElevation: '10',
  allowStale: false,
  enabled: true,
}

/** @param nameOf names of satellites where they are known */
export const campaignForm = (
  campaign: Campaign,
  nameOf: (id: string) => string | undefined,
): CampaignForm => ({
  ...campaign,
  satellites: campaign.satellites.map((id) => ({ id, name: nameOf(id) ?? id })),
  minDurationS: String(campaign.minDurationS),
  minMaxElevation: String(campaign.minMaxElevation),
})

const HELP: Readonly<Record<CampaignField, string>> = {
  name: 'A name of 1 to 80 characters',
  satellites: 'At least one satellite, at most 500',
  minDurationS: 'Whole seconds from 10 to 86400',
  minMaxElevation: 'Degrees from 0 to 90',
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
    minDurationS: form.minDurationS.trim() === '' ? Number.NaN : Number(form.minDurationS),
    minMaxElevation: form.minMaxElevation.trim() === '' ? Number.NaN : Number(form.minMaxElevation),
    allowStale: form.allowStale,
    enabled: form.enabled,
  })
  if (parsed.success) return { ok: true, body: parsed.data }
  const fields = parsed.error.issues.map(({ path }) => path[0]).filter(isField)
  return { ok: false, wrong: Object.fromEntries(fields.map((field) => [field, HELP[field]])) }
}
