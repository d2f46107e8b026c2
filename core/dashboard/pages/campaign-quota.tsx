import type { CampaignField, CampaignForm } from '../logic/campaign-form.js'
import { Check, Field } from '../parts/field.js'

interface Props {
  readonly form: CampaignForm
  readonly onChange: (change: Partial<CampaignForm>) => void
  readonly wrong: Partial<Record<CampaignField, string>>
}

/** How often a campaign wants its satellites, and how far apart. */
export function CampaignQuota({ form, onChange, wrong }: Props) {
  return (
    <>
      <div class="form-row">
        <Field
          label="Contacts a day, at least"
          value={form.minPerDay}
          onInput={(minPerDay) => onChange({ minPerDay })}
          wrong={wrong.minPerDay}
        />
        <Field
          label="At most"
          value={form.maxPerDay}
          onInput={(maxPerDay) => onChange({ maxPerDay })}
          wrong={wrong.maxPerDay}
          placeholder="any"
          hint="Days are UTC."
        />
      </div>
      <Check
        checked={form.quotaPer === 'satellite'}
        onChange={(each) => onChange({ quotaPer: each ? 'satellite' : 'campaign' })}
      >
        With each satellite
        <span class="hint">Otherwise these numbers count all contacts of the campaign.</span>
      </Check>
      <div class="form-row">
        <Field
          label="Gap between contacts, s"
          value={form.minGapS}
          onInput={(minGapS) => onChange({ minGapS })}
          wrong={wrong.minGapS}
          hint="Of one satellite; then one station at a time."
        />
        <Field
          label="Stations at once"
          value={form.simultaneous}
          onInput={(simultaneous) => onChange({ simultaneous })}
          wrong={wrong.simultaneous}
          placeholder="any"
        />
      </div>
      <Check checked={form.partial} onChange={(partial) => onChange({ partial })}>
        Parts of passes will do
        <span class="hint">Where the whole pass does not fit, never shorter than the shortest contact.</span>
      </Check>
    </>
  )
}
