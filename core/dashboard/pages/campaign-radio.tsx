import { polarisationSchema } from '../../../shared/api/radio.js'
import type { CampaignField, CampaignForm } from '../logic/campaign-form.js'
import { Field } from '../parts/field.js'
import { Select } from '../parts/select.js'
import { texts } from '../text/texts.js'

const ANYHOW = 'unstated'
const words = texts.campaigns

interface Props {
  readonly form: CampaignForm
  readonly onChange: (change: Partial<CampaignForm>) => void
  readonly wrong: Partial<Record<CampaignField, string>>
}

/** What a campaign hears and sends on, and how long it needs the antenna beside the pass itself. */
export const CampaignRadio = ({ form, onChange, wrong }: Props) => (
  <>
    <div class="form-row">
      <Field
        label={words.downlink}
        value={form.downlinkHz}
        onInput={(downlinkHz) => onChange({ downlinkHz })}
        wrong={wrong.downlinkHz}
        hint={words.downlinkHint}
      />
      <Field
        label={words.uplink}
        value={form.uplinkHz}
        onInput={(uplinkHz) => onChange({ uplinkHz })}
        wrong={wrong.uplinkHz}
      />
    </div>
    <Select
      label={words.polarisation}
      options={words.polarisations}
      value={form.polarisation ?? ANYHOW}
      onChange={(value) => onChange({ polarisation: polarisationSchema.safeParse(value).data ?? null })}
    />
    <div class="form-row">
      <Field
        label={words.prepass}
        value={form.prepassS}
        onInput={(prepassS) => onChange({ prepassS })}
        wrong={wrong.prepassS}
      />
      <Field
        label={words.postpass}
        value={form.postpassS}
        onInput={(postpassS) => onChange({ postpassS })}
        wrong={wrong.postpassS}
      />
    </div>
  </>
)
