import { useState } from 'preact/hooks'
import { type Campaign, campaignSchema } from '../../../shared/api/campaigns.js'
import { useApp, useFleet } from '../app/app-context.js'
import {
  type CampaignField,
  type CampaignForm,
  campaignForm,
  checkCampaign,
  NEW_CAMPAIGN,
} from '../logic/campaign-form.js'
import { useAct } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote } from '../parts/empty.js'
import { Check, Field } from '../parts/field.js'
import { useSatelliteNames } from '../parts/satellite-names.js'
import { texts } from '../text/texts.js'
import { CampaignPreviewPanel } from './campaign-preview.js'
import { CampaignQuota } from './campaign-quota.js'
import { CampaignRadio } from './campaign-radio.js'
import { PriorityPicker } from './priority-picker.js'
import { SatellitePicker } from './satellite-picker.js'
import { StationPicker } from './station-picker.js'

const words = texts.campaigns

interface Props {
  /** Null: a new one. */
  readonly campaign: Campaign | null
  readonly onClose: () => void
  readonly onSaved: () => void
}

/** Creates a campaign, or changes or ends one. */
export function CampaignDialog({ campaign, onClose, onSaved }: Props) {
  const { api, satellites } = useApp()
  const { org } = useFleet()
  const [form, setForm] = useState<CampaignForm>(() =>
    campaign === null ? NEW_CAMPAIGN : campaignForm(campaign, (id) => satellites.find(id)?.record.name),
  )
  const nameOf = useSatelliteNames(form.satellites.map((s) => s.id))
  const [wrong, setWrong] = useState<Partial<Record<CampaignField, string>>>({})
  const act = useAct()
  const set = (change: Partial<CampaignForm>) => setForm({ ...form, ...change })
  const finish = (done: boolean) => {
    if (!done) return
    onSaved()
    onClose()
  }
  const save = async () => {
    const checked = checkCampaign(form)
    setWrong(checked.ok ? {} : checked.wrong)
    if (!checked.ok) return
    const path = `orgs/${org}/campaigns`
    finish(
      await act.run(() =>
        campaign === null
          ? api.create(path, campaignSchema, checked.body)
          : api.patch(`${path}/${campaign.id}`, campaignSchema, checked.body),
      ),
    )
  }
  const end = async (id: string) => finish(await act.run(() => api.delete(`orgs/${org}/campaigns/${id}`)))
  return (
    <Dialog title={campaign === null ? words.newTitle : words.editTitle} onClose={onClose} kind="wide">
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Field
          label={words.name}
          value={form.name}
          onInput={(name) => set({ name })}
          wrong={wrong.name}
          maxLength={80}
          autoFocus={campaign === null}
        />
        <PriorityPicker value={form.priority} onChange={(priority) => set({ priority })} />
        <SatellitePicker
          chosen={form.satellites.map(({ id }) => ({ id, name: nameOf(id) }))}
          onChange={(chosen) => set({ satellites: chosen })}
          wrong={wrong.satellites}
        />
        <StationPicker chosen={form.stations} onChange={(stations) => set({ stations })} />
        <div class="form-row">
          <Field
            label={words.shortest}
            value={form.minDurationS}
            onInput={(minDurationS) => set({ minDurationS })}
            wrong={wrong.minDurationS}
          />
          <Field
            label={words.lowestPeak}
            value={form.minMaxElevation}
            onInput={(minMaxElevation) => set({ minMaxElevation })}
            wrong={wrong.minMaxElevation}
          />
        </div>
        <CampaignQuota form={form} onChange={set} wrong={wrong} />
        <CampaignRadio form={form} onChange={set} wrong={wrong} />
        <Check checked={form.allowStale} onChange={(allowStale) => set({ allowStale })}>
          {words.allowStale}
          <span class="hint">{words.allowStaleHint}</span>
        </Check>
        {form.allowStale && <p class="note warn">{words.allowStaleWarning}</p>}
        <CampaignPreviewPanel form={form} replaces={campaign?.id ?? null} />
        {act.failure !== null && <FailureNote failure={act.failure} />}
        <div class="form-end">
          {campaign !== null && (
            <button
              type="button"
              class="button danger push"
              disabled={act.busy}
              onClick={() => void end(campaign.id)}
            >
              {words.remove}
            </button>
          )}
          <button type="button" class="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button type="submit" class="button primary" disabled={act.busy}>
            {campaign === null ? words.submitNew : words.submit}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
