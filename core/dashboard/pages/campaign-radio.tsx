import { type Polarisation, polarisationSchema } from '../../../shared/api/radio.js'
import type { CampaignField, CampaignForm } from '../logic/campaign-form.js'
import { Field } from '../parts/field.js'
import { Select } from '../parts/select.js'

const ANYHOW = 'unstated'
const POLARISATIONS: Readonly<Record<Polarisation | typeof ANYHOW, string>> = {
  [ANYHOW]: 'Polarisation: not stated',
  rhcp: 'Right-hand circular',
  lhcp: 'Left-hand circular',
  horizontal: 'Horizontal',
  vertical: 'Vertical',
  any: 'Any polarisation',
}

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
        label="Downlink, MHz"
        value={form.downlinkHz}
        onInput={(downlinkHz) => onChange({ downlinkHz })}
        wrong={wrong.downlinkHz}
        hint="Empty: the only active transmitter"
      />
      <Field
        label="Uplink, MHz"
        value={form.uplinkHz}
        onInput={(uplinkHz) => onChange({ uplinkHz })}
        wrong={wrong.uplinkHz}
      />
    </div>
    <Select
      label="Polarisation"
      options={POLARISATIONS}
      value={form.polarisation ?? ANYHOW}
      onChange={(value) => onChange({ polarisation: polarisationSchema.safeParse(value).data ?? null })}
    />
    <div class="form-row">
      <Field
        label="In place before the pass, s"
        value={form.prepassS}
        onInput={(prepassS) => onChange({ prepassS })}
        wrong={wrong.prepassS}
      />
      <Field
        label="Kept after the pass, s"
        value={form.postpassS}
        onInput={(postpassS) => onChange({ postpassS })}
        wrong={wrong.postpassS}
      />
    </div>
  </>
)
