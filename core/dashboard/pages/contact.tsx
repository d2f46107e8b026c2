import { useSignalEffect } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { z } from 'zod'
import type { AzEl } from '../../../shared/angles.js'
import { contactDetailSchema } from '../../../shared/api/contacts.js'
import { useApp, useFleet } from '../app/app-context.js'
import { contactStatus, isOver, newer, progress } from '../logic/contact-status.js'
import { compassPoint, degrees, NONE } from '../logic/number-text.js'
import { contactPath, PAGES, stationPath } from '../logic/route.js'
import { passTrack } from '../logic/sky.js'
import { countdown, duration, span, utcDate, utcMinute, utcTime } from '../logic/time-text.js'
import { ElementsBadge } from '../parts/elements-badge.js'
import { Empty, FailureNote, Loading } from '../parts/empty.js'
import { Pill } from '../parts/glyph.js'
import { Page, useTitle } from '../parts/page.js'
import { PolarPlot } from '../parts/polar-plot.js'
import { ProgressBar } from '../parts/progress-bar.js'
import { useResource } from '../parts/resource.js'
import { CancelContact } from './contact-cancel.js'
import { ContactEvents } from './contact-events.js'
import { ContactReceipt } from './contact-receipt.js'

type Detail = z.infer<typeof contactDetailSchema>

const NO_MASK: [] = []

function Sky({ contact }: { contact: Detail }) {
  const { satellites } = useApp()
  const { bus } = useFleet()
  const { satelliteId, elementsHash } = contact
  useSignalEffect(() => {
    void satellites.want([{ satelliteId, elementsHash }])
  })
  const orbit = satellites.find(satelliteId)?.orbit ?? null
  const record = bus.stations.find(contact.stationId)?.record.value
  const site = record?.site ?? null
  const [aos, los] = [Date.parse(contact.aos), Date.parse(contact.los)]
  const track = useMemo(() => {
    if (orbit === null || site === null) return null
    return { points: passTrack(orbit, site, aos, los), start: utcMinute(aos), end: utcMinute(los) }
  }, [orbit, site, aos, los])
  const trace = useMemo<readonly AzEl[]>(
    () =>
      (contact.receipt?.samples ?? []).flatMap(([, , , az, el]) =>
        az === null || el === null ? [] : [{ az, el }],
      ),
    [contact.receipt],
  )
  return (
    <section class="card sky" aria-label="Sky">
      <PolarPlot
        mask={record?.mask ?? NO_MASK}
        minElevation={record?.minElevation ?? 0}
        mount={record?.mount ?? null}
        track={track}
        trace={trace}
        measured={null}
        commanded={null}
        satellite={null}
        stale={false}
        label={`The pass from azimuth ${degrees(contact.aosAz, 0)} to ${degrees(contact.losAz, 0)}, highest ${degrees(contact.maxEl, 0)}`}
      />
      {trace.length > 1 && (
        <p class="sky-note">
          <i class="key key-track" /> planned <i class="key key-trace" /> measured
        </p>
      )}
    </section>
  )
}

function Times({ contact }: { contact: Detail }) {
  const now = useApp().clock.second.value
  const [aos, tca, los] = [contact.aos, contact.tca, contact.los].map((t) => Date.parse(t)) as [
    number,
    number,
    number,
  ]
  const rows = [
    ['AOS', aos, contact.aosAz],
    ['TCA', tca, null],
    ['LOS', los, contact.losAz],
  ] as const
  return (
    <section class="card times-card" aria-label="Times">
      <div class="big-count">
        {isOver(contact) ? (
          <span class="muted">{utcDate(aos)}</span>
        ) : (
          <>
            <span class="number">{now < aos ? countdown(aos, now) : span(Math.max(0, los - now))}</span>
            <span class="muted">
              {now < aos ? 'to AOS' : now < los ? 'to LOS' : 'waiting for the receipt'}
            </span>
          </>
        )}
      </div>
      {!isOver(contact) && now >= aos && (
        <div class="big-bar">
          <ProgressBar share={progress(contact, now)} label="Part of the pass that is over" />
        </div>
      )}
      <table class="times">
        <tbody>
          {rows.map(([name, at, az]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="number">{utcTime(at)} UTC</td>
              <td class="number end muted">
                {name === 'TCA'
                  ? `highest ${degrees(contact.maxEl, 1)}`
                  : `az ${degrees(az, 0)} ${compassPoint(az ?? 0)}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** What its plan is expected to do, and on which frequencies. */
function Expected({ contact: { dryRun, downlinkHz, uplinkHz } }: { contact: Detail }) {
  return (
    <>
      {dryRun !== null && (
        <>
          <dt>Expected</dt>
          <dd>
            {Math.round(dryRun.onTargetS)} s on target, error {degrees(dryRun.rmsErrDeg, 2)}
          </dd>
        </>
      )}
      {downlinkHz !== null && (
        <>
          <dt>Downlink</dt>
          <dd class="number">{downlinkHz / 1e6} MHz</dd>
        </>
      )}
      {uplinkHz !== null && (
        <>
          <dt>Uplink</dt>
          <dd class="number">{uplinkHz / 1e6} MHz</dd>
        </>
      )}
    </>
  )
}

function Facts({ contact }: { contact: Detail }) {
  return (
    <section class="card" aria-labelledby="contact-facts">
      <div class="card-head">
        <h2 id="contact-facts">Contact</h2>
      </div>
      <div class="card-body">
        <dl class="facts">
          <dt>Satellite</dt>
          <dd>
            {contact.satelliteName} <span class="muted">{contact.satelliteId}</span>
          </dd>
          <dt>Elements</dt>
          <dd>
            <ElementsBadge epoch={Date.parse(contact.elementsEpoch)} />
          </dd>
          <dt>Station</dt>
          <dd>
            <a href={stationPath(contact.stationId)}>{contact.stationName}</a>
          </dd>
          <dt>Length</dt>
          <dd>{duration((Date.parse(contact.los) - Date.parse(contact.aos)) / 1000)}</dd>
          <dt>Priority</dt>
          <dd>{contact.priority} of 10</dd>
          <dt>Plan</dt>
          <dd>{contact.planSeq === null ? NONE : `signed, number ${contact.planSeq}`}</dd>
          <Expected contact={contact} />
        </dl>
      </div>
    </section>
  )
}

function Contact({ contact, reload }: { contact: Detail; reload: () => void }) {
  const { session } = useApp()
  const { label, tone } = contactStatus(contact.state)
  return (
    <Page
      title={contact.satelliteName}
      crumb={{ label: 'Contacts', path: PAGES.contacts }}
      beside={
        <>
          <Pill tone={tone} label={label} />
          <span class="muted">over {contact.stationName}</span>
        </>
      }
      actions={
        session.can('manage_passes') && !isOver(contact) ? (
          <CancelContact contact={contact} onDone={reload} />
        ) : undefined
      }
    >
      <div class="contact-grid">
        <div class="column">
          <Times contact={contact} />
          <Facts contact={contact} />
        </div>
        <div class="column">
          <Sky contact={contact} />
        </div>
        <div class="column">
          <ContactReceipt contact={contact} />
          <ContactEvents events={contact.events} />
        </div>
      </div>
    </Page>
  )
}

/** One contact: the pass, what became of it, and why. */
export function ContactPage({ id }: { id: string }) {
  const { api } = useApp()
  const { org, bus } = useFleet()
  useTitle('Contact')
  const [resource, reload] = useResource(contactPath(id), () =>
    api.get(`orgs/${org}/contacts/${id}`, contactDetailSchema),
  )
  const live = bus.contacts.all.value.get(id)
  const loadedAt = resource.kind === 'ready' ? resource.value.updatedAt : null
  // The bus brings the state; who and why come with the history.
  useEffect(() => {
    if (loadedAt !== null && live !== undefined && live.updatedAt > loadedAt) void reload()
  }, [live, loadedAt, reload])
  if (resource.kind === 'loading') return <Loading />
  if (resource.kind === 'ready') {
    const contact = { ...resource.value, ...newer(live, resource.value) }
    return <Contact contact={contact} reload={() => void reload()} />
  }
  if (resource.failure.code !== 'not_found')
    return <FailureNote failure={resource.failure} retry={() => void reload()} />
  return (
    <Empty
      title="There is no such contact here"
      text={resource.failure.detail}
      next={
        <a class="button" href={PAGES.contacts}>
          Go to the contacts
        </a>
      }
    />
  )
}
