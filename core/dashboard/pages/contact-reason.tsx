import { campaignSchema } from '../../../shared/api/campaigns.js'
import type { Contact } from '../../../shared/api/contacts.js'
import { scheduleResponse } from '../../../shared/api/schedule.js'
import { useApp, useFleet } from '../app/app-context.js'
import { actorText } from '../logic/actor-text.js'
import { percentText, worthText } from '../logic/schedule-gap.js'
import { Show, useResource } from '../parts/resource.js'
import { useSatelliteNames } from '../parts/satellite-names.js'
import { texts } from '../text/texts.js'
import { SlotLine } from './beaters.js'

const words = texts.schedule.why
/** As many of those that stand back as help to judge it. */
const SHOWN = 10

function because(contact: Contact, campaign: string | null): string {
  if (contact.campaignId === null) return words.hand
  return campaign === null ? words.noCampaign(contact.priority) : words.campaign(campaign, contact.priority)
}

/** Why a contact was chosen: for whom, what it is worth, and what stands back for it. */
export function ContactReason({ contact }: { contact: Contact }) {
  const { api, session } = useApp()
  const { org, bus } = useFleet()
  const [reason, reload] = useResource(`reason ${contact.id} ${contact.updatedAt}`, async () => {
    const [schedule, campaign] = await Promise.all([
      api.get(`orgs/${org}/schedule`, scheduleResponse, { contact: contact.id, limit: 200 }),
      // A campaign that has ended has no page any more; the contact still counts.
      contact.campaignId === null
        ? null
        : api.get(`orgs/${org}/campaigns/${contact.campaignId}`, campaignSchema).catch(() => null),
    ])
    return { schedule, campaign: campaign?.name ?? null }
  })
  const refused = reason.kind === 'ready' ? reason.value.schedule.refused : []
  const nameOf = useSatelliteNames(refused.slice(0, SHOWN).map((r) => r.satelliteId))
  const known = {
    me: session.me.value?.id ?? '',
    nameOf: (id: string) => bus.stations.find(id)?.record.value.name,
  }
  return (
    <Show of={reason} retry={() => void reload()}>
      {({ schedule, campaign }) => {
        const { value, refused } = schedule
        return (
          <>
            <dl class="facts">
              <dt>{words.because}</dt>
              <dd>
                {because(contact, campaign)}{' '}
                {contact.fixedBy !== null && words.fixed(actorText(contact.fixedBy, known))}
              </dd>
              <dt>{words.worth}</dt>
              <dd>
                {contact.worth === null
                  ? words.handWorth
                  : value === null || value <= 0
                    ? worthText(contact.worth)
                    : words.worthOf(worthText(contact.worth), percentText((100 * contact.worth) / value))}
              </dd>
            </dl>
            <h3 class="sub-head">{words.beats}</h3>
            {refused.length === 0 ? (
              <p class="muted">{words.beatsNone}</p>
            ) : (
              <ul class="slot-lines">
                {refused.slice(0, SHOWN).map((r) => (
                  <SlotLine
                    key={`${r.stationId} ${r.satelliteId} ${r.aos}`}
                    slot={r}
                    name={nameOf(r.satelliteId)}
                    href={null}
                  />
                ))}
                {refused.length > SHOWN && <li class="muted">{words.beatsMore(refused.length - SHOWN)}</li>}
              </ul>
            )}
          </>
        )
      }}
    </Show>
  )
}
