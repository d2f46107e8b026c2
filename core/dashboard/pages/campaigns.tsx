import { useState } from 'preact/hooks'
import { type Campaign, campaignsResponse } from '../../../shared/api/campaigns.js'
import { nothing } from '../api/client.js'
import { allPages } from '../api/pages.js'
import { useApp, useFleet } from '../app/app-context.js'
import { degrees } from '../logic/number-text.js'
import { duration } from '../logic/time-text.js'
import { useAct } from '../parts/act.js'
import { Empty, FailureNote } from '../parts/empty.js'
import { PlusIcon } from '../parts/icons.js'
import { Page } from '../parts/page.js'
import { Show, useResource } from '../parts/resource.js'
import { texts } from '../text/texts.js'
import { CampaignDialog } from './campaign-dialog.js'

const words = texts.campaigns

/** What a campaign asks for, in one line. */
function wishes(c: Campaign): string {
  const { perDay } = words
  const least = c.minPerDay > 0
  return [
    words.satellites(c.satellites.length),
    words.stations(c.stations.length),
    words.atLeast(duration(c.minDurationS)),
    c.minMaxElevation > 0 ? words.high(degrees(c.minMaxElevation, 0)) : '',
    least && c.maxPerDay !== null ? perDay.both(c.minPerDay, c.maxPerDay) : '',
    least && c.maxPerDay === null ? perDay.least(c.minPerDay) : '',
    !least && c.maxPerDay !== null ? perDay.most(c.maxPerDay) : '',
    (least || c.maxPerDay !== null) && c.quotaPer === 'satellite' ? perDay.each : '',
    c.minGapS > 0 ? words.gap(duration(c.minGapS)) : '',
    c.simultaneous === null ? '' : words.atOnce(c.simultaneous),
  ]
    .filter((text) => text !== '')
    .join(' · ')
}

function CampaignRow({
  campaign,
  onEdit,
  onChanged,
}: {
  campaign: Campaign
  onEdit: () => void
  onChanged: () => void
}) {
  const { api, session } = useApp()
  const { org } = useFleet()
  const act = useAct()
  const mayManage = session.can('manage_passes')
  const toggle = async () => {
    const path = `orgs/${org}/campaigns/${campaign.id}`
    if (await act.run(() => api.patch(path, nothing, { enabled: !campaign.enabled }))) onChanged()
  }
  return (
    <li class={campaign.enabled ? 'campaign' : 'campaign off'}>
      <span class="weight" title={words.priority(campaign.priority)}>
        <span class="visually-hidden">{words.priorityWord}</span>
        {campaign.priority}
      </span>
      <div class="what">
        <strong>{campaign.name}</strong>
        <span class="muted">{wishes(campaign)}</span>
        {campaign.allowStale && (
          <span>
            <span class="badge bad">{words.staleToo}</span>
          </span>
        )}
        {act.failure !== null && <FailureNote failure={act.failure} />}
      </div>
      <div class="acts">
        {!campaign.enabled && <span class="badge">{words.paused}</span>}
        {mayManage && (
          <>
            <button type="button" class="button small" disabled={act.busy} onClick={() => void toggle()}>
              {campaign.enabled ? words.pause : words.resume}
            </button>
            <button type="button" class="button small" onClick={onEdit}>
              {words.edit}
            </button>
          </>
        )}
      </div>
    </li>
  )
}

/** Which satellites to follow, and how much each of them matters. */
export function Campaigns() {
  const { api, session } = useApp()
  const { org } = useFleet()
  const [open, setOpen] = useState<Campaign | 'new' | null>(null)
  const [campaigns, reload] = useResource(`campaigns ${org}`, () =>
    allPages(api, `orgs/${org}/campaigns`, campaignsResponse),
  )
  const mayManage = session.can('manage_passes')
  const create = (
    <button type="button" class="button primary" onClick={() => setOpen('new')}>
      <PlusIcon />
      {words.create}
    </button>
  )
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={mayManage && campaigns.kind === 'ready' && campaigns.value.length > 0 ? create : undefined}
    >
      <Show of={campaigns} retry={() => void reload()}>
        {(list) =>
          list.length === 0 ? (
            <div class="card">
              <Empty title={words.none.title} text={words.none.text} next={mayManage ? create : undefined} />
            </div>
          ) : (
            <ul class="card campaigns">
              {[...list]
                .sort((a, b) => b.priority - a.priority || a.name.localeCompare(b.name))
                .map((campaign) => (
                  <CampaignRow
                    key={campaign.id}
                    campaign={campaign}
                    onEdit={() => setOpen(campaign)}
                    onChanged={() => void reload()}
                  />
                ))}
            </ul>
          )
        }
      </Show>
      {open !== null && (
        <CampaignDialog
          campaign={open === 'new' ? null : open}
          onClose={() => setOpen(null)}
          onSaved={() => void reload()}
        />
      )}
    </Page>
  )
}
