import { useEffect, useState } from 'preact/hooks'
import {
  type CampaignPreview,
  campaignPreviewResponse,
  type PassSum,
  type PreviewSatellite,
} from '../../../shared/api/campaigns.js'
import { useApp, useFleet } from '../app/app-context.js'
import { type CampaignBody, type CampaignForm, checkCampaign } from '../logic/campaign-form.js'
import { type Failure, failureOf } from '../logic/failure-text.js'
import { shortfall } from '../logic/preview-text.js'
import { duration, utcMoment } from '../logic/time-text.js'
import { FailureNote, Loading } from '../parts/empty.js'
import { texts } from '../text/texts.js'

const words = texts.campaigns.preview
/** The fingers rest before core computes. */
const PAUSE_MS = 600

type Shown =
  | { readonly kind: 'nothing' | 'loading' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'ready'; readonly preview: CampaignPreview; readonly body: CampaignBody }

function SatelliteLine({ satellite: s }: { satellite: PreviewSatellite }) {
  const { clock } = useApp()
  return (
    <li>
      <div class="what">
        {s.name}
        {s.without !== null && (
          <span class="sub">
            {s.without.why === 'elements'
              ? words.elements(s.without.detail)
              : words.held(s.without.name, s.without.priority)}
          </span>
        )}
        {s.nextAos !== null && (
          <span class="sub">{words.next(utcMoment(Date.parse(s.nextAos), clock.now()))}</span>
        )}
      </div>
      <span class="number">
        {words.passes(s.passes)}
        {s.passes > 0 && ` · ${duration(s.seconds)}`}
      </span>
    </li>
  )
}

function Sums({ preview }: { preview: CampaignPreview }) {
  const line = (text: (passes: string, length: string) => string, sum: PassSum) =>
    sum.passes > 0 && <li>{text(words.passes(sum.passes), duration(sum.seconds))}</li>
  const { free, over, under, radio, maintenance } = preview
  const all = [free, over, under, radio, maintenance].reduce((sum, { passes }) => sum + passes, 0)
  if (preview.stations === 0) return <p class="note warn">{words.noStations}</p>
  if (all === 0) return <p class="note warn">{words.nothing}</p>
  return (
    <ul class="sums">
      {line(words.free, free)}
      {line(words.over, over)}
      {line(words.under, under)}
      {line(words.radio, radio)}
      {line(words.maintenance, maintenance)}
    </ul>
  )
}

function Found({ preview, body }: { preview: CampaignPreview; body: CampaignBody }) {
  const short = shortfall(preview, body)
  const isBounded = preview.most < preview.free.passes + preview.over.passes
  return (
    <>
      <Sums preview={preview} />
      {isBounded && <p>{words.most(preview.most)}</p>}
      {short !== null && (
        <p class="note warn">
          {short.satellites === null
            ? words.short(body.minPerDay)
            : words.shortOf(short.satellites.join(', '), body.minPerDay)}
        </p>
      )}
      {preview.leftOut > 0 && <p class="note warn">{words.leftOut(preview.leftOut)}</p>}
      <ul class="windows preview-satellites">
        {preview.satellites.map((s) => (
          <SatelliteLine key={s.satelliteId} satellite={s} />
        ))}
      </ul>
      <p class="muted">{words.is}</p>
    </>
  )
}

/** What the campaign in the form would find, computed anew when the form changes. */
export function CampaignPreviewPanel({ form, replaces }: { form: CampaignForm; replaces: string | null }) {
  const { api } = useApp()
  const { org } = useFleet()
  const [shown, setShown] = useState<Shown>({ kind: 'nothing' })
  const isEmpty = form.satellites.length === 0
  // A campaign without a name yet has passes all the same.
  const checked = checkCampaign({ ...form, name: form.name.trim() === '' ? '?' : form.name })
  const key = checked.ok ? JSON.stringify({ ...checked.body, name: '' }) : ''
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key holds all that the preview depends on
  useEffect(() => {
    if (!checked.ok) return
    let late = false
    const timer = setTimeout(async () => {
      setShown({ kind: 'loading' })
      try {
        const asked = { campaign: checked.body, replaces }
        const path = `orgs/${org}/campaigns/preview`
        const preview = await api.post(path, campaignPreviewResponse, asked)
        if (!late) setShown({ kind: 'ready', preview, body: checked.body })
      } catch (error) {
        if (!late) setShown({ kind: 'failed', failure: failureOf(error) })
      }
    }, PAUSE_MS)
    return () => {
      late = true
      clearTimeout(timer)
    }
  }, [api, org, replaces, key])
  return (
    <section class="preview" aria-labelledby="preview">
      <h3 id="preview">{words.title}</h3>
      <div aria-live="polite">
        {isEmpty ? (
          <p class="muted">{words.choose}</p>
        ) : !checked.ok ? (
          <p class="muted">{words.wrong}</p>
        ) : shown.kind === 'ready' ? (
          <Found preview={shown.preview} body={shown.body} />
        ) : shown.kind === 'failed' ? (
          <FailureNote failure={shown.failure} />
        ) : (
          <Loading />
        )}
      </div>
    </section>
  )
}
