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
import { CampaignDialog } from './campaign-dialog.js'

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
  const { satellites, stations } = campaign
  return (
    <li class={campaign.enabled ? 'campaign' : 'campaign off'}>
      <span class="weight" title={`Priority ${campaign.priority}; 10 is the highest`}>
        <span class="visually-hidden">Priority </span>
        {campaign.priority}
      </span>
      <div class="what">
        <strong>{campaign.name}</strong>
        <span class="muted">
          {satellites.length} {satellites.length === 1 ? 'satellite' : 'satellites'} ·{' '}
          {stations.length === 0
            ? 'all stations'
            : `${stations.length} ${stations.length === 1 ? 'station' : 'stations'}`}{' '}
          · at least {duration(campaign.minDurationS)}
          {campaign.minMaxElevation > 0 && `, ${degrees(campaign.minMaxElevation, 0)} high`}
        </span>
        {campaign.allowStale && (
          <span>
            <span class="badge bad">books with stale elements</span>
          </span>
        )}
        {act.failure !== null && <FailureNote failure={act.failure} />}
      </div>
      <div class="acts">
        {!campaign.enabled && <span class="badge">paused</span>}
        {mayManage && (
          <>
            <button type="button" class="button small" disabled={act.busy} onClick={() => void toggle()}>
              {campaign.enabled ? 'Pause' : 'Resume'}
            </button>
            <button type="button" class="button small" onClick={onEdit}>
              Edit
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
      New campaign
    </button>
  )
  return (
    <Page
      title="Campaigns"
      lead="A campaign says which satellites to follow and how much they matter. From all campaigns together the director makes the schedule."
      actions={mayManage && campaigns.kind === 'ready' && campaigns.value.length > 0 ? create : undefined}
    >
      <Show of={campaigns} retry={() => void reload()}>
        {(list) =>
          list.length === 0 ? (
            <div class="card">
              <Empty
                title="No campaigns yet"
                text="Without one, nothing is booked: the antennas rest."
                next={mayManage ? create : undefined}
              />
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
