import type { CampaignField, CampaignForm } from '../logic/campaign-form.js'
import { Check, Field } from '../parts/field.js'
import { texts } from '../text/texts.js'

const words = texts.campaigns

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
          label={words.minPerDay}
          value={form.minPerDay}
          onInput={(minPerDay) => onChange({ minPerDay })}
          wrong={wrong.minPerDay}
        />
        <Field
          label={words.maxPerDay}
          value={form.maxPerDay}
          onInput={(maxPerDay) => onChange({ maxPerDay })}
          wrong={wrong.maxPerDay}
          placeholder={words.any}
          hint={words.daysAreUtc}
        />
      </div>
      <Check
        checked={form.quotaPer === 'satellite'}
        onChange={(each) => onChange({ quotaPer: each ? 'satellite' : 'campaign' })}
      >
        {words.perSatellite}
        <span class="hint">{words.perSatelliteHint}</span>
      </Check>
      <div class="form-row">
        <Field
          label={words.minGap}
          value={form.minGapS}
          onInput={(minGapS) => onChange({ minGapS })}
          wrong={wrong.minGapS}
          hint={words.minGapHint}
        />
        <Field
          label={words.simultaneous}
          value={form.simultaneous}
          onInput={(simultaneous) => onChange({ simultaneous })}
          wrong={wrong.simultaneous}
          placeholder={words.any}
        />
      </div>
      <Check checked={form.partial} onChange={(partial) => onChange({ partial })}>
        {words.partial}
        <span class="hint">{words.partialHint}</span>
      </Check>
    </>
  )
}
