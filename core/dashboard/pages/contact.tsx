import { useSignalEffect } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { z } from 'zod'
import type { AzEl } from '../../../shared/angles.js'
import { contactDetailSchema } from '../../../shared/api/contacts.js'
import { useApp, useFleet } from '../app/app-context.js'
import { contactStatus, isOver, newer, progress } from '../logic/contact-status.js'
import { frequencyText } from '../logic/frequency.js'
import { compassPoint, degrees, NONE } from '../logic/number-text.js'
import { contactPath, PAGES, satellitePath, stationPath } from '../logic/route.js'
import { passTrack } from '../logic/sky.js'
import { elementsAgeDays, elementsAgeText } from '../logic/staleness.js'
import { countdown, duration, span, utcDate, utcMinute, utcTime } from '../logic/time-text.js'
import { ElementsBadge } from '../parts/elements-badge.js'
import { Empty, FailureNote, Loading } from '../parts/empty.js'
import { Pill } from '../parts/glyph.js'
import { Page, useTitle } from '../parts/page.js'
import { PolarPlot } from '../parts/polar-plot.js'
import { ProgressBar } from '../parts/progress-bar.js'
import { useResource } from '../parts/resource.js'
import { texts } from '../text/texts.js'
import { ContactActs } from './contact-acts.js'
import { ContactEvents } from './contact-events.js'
import { ContactReason } from './contact-reason.js'
import { ContactReceipt } from './contact-receipt.js'

const words = texts.contact

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
    <section class="card sky" aria-label={words.sky}>
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
        label={words.pass(degrees(contact.aosAz, 0), degrees(contact.losAz, 0), degrees(contact.maxEl, 0))}
      />
      {trace.length > 1 && (
        <p class="sky-note">
          <i class="key key-track" /> {words.planned} <i class="key key-trace" /> {words.measured}
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
    [words.aos, aos, contact.aosAz],
    [words.tca, tca, null],
    [words.los, los, contact.losAz],
  ] as const
  return (
    <section class="card times-card" aria-label={words.times}>
      <div class="big-count">
        {isOver(contact) ? (
          <span class="muted">{utcDate(aos)}</span>
        ) : (
          <>
            <span class="number">{now < aos ? countdown(aos, now) : span(Math.max(0, los - now))}</span>
            <span class="muted">{now < aos ? words.toAos : now < los ? words.toLos : words.waiting}</span>
          </>
        )}
      </div>
      {!isOver(contact) && now >= aos && (
        <div class="big-bar">
          <ProgressBar share={progress(contact, now)} label={words.share} />
        </div>
      )}
      <table class="times">
        <tbody>
          {rows.map(([name, at, az]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="number">{words.utc(utcTime(at))}</td>
              <td class="number end muted">
                {az === null
                  ? words.highest(degrees(contact.maxEl, 1))
                  : words.azimuth(degrees(az, 0), compassPoint(az))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Radio({ contact: { downlinkHz, uplinkHz, prepassS, postpassS } }: { contact: Detail }) {
  const line = (name: string, text: string) => (
    <>
      <dt>{name}</dt>
      <dd class="number">{text}</dd>
    </>
  )
  return (
    <>
      {downlinkHz !== null && line(words.downlink, frequencyText(downlinkHz))}
      {uplinkHz !== null && line(words.uplink, frequencyText(uplinkHz))}
      {prepassS + postpassS > 0 &&
        line(words.setup, words.setupText(duration(prepassS), duration(postpassS)))}
    </>
  )
}

function Facts({ contact }: { contact: Detail }) {
  const [aos, los, epoch] = [contact.aos, contact.los, contact.elementsEpoch].map((t) => Date.parse(t)) as [
    number,
    number,
    number,
  ]
  return (
    <section class="card" aria-labelledby="contact-facts">
      <div class="card-head">
        <h2 id="contact-facts">{words.facts}</h2>
      </div>
      <div class="card-body">
        <dl class="facts">
          <dt>{words.satellite}</dt>
          <dd>
            <a href={satellitePath(contact.satelliteId)}>{contact.satelliteName}</a>
          </dd>
          <dt>{words.elements}</dt>
          <dd>
            {isOver(contact) ? (
              words.elementsAtAos(elementsAgeText(elementsAgeDays(epoch, aos)))
            ) : (
              <ElementsBadge epoch={epoch} />
            )}
          </dd>
          <dt>{words.station}</dt>
          <dd>
            <a href={stationPath(contact.stationId)}>{contact.stationName}</a>
          </dd>
          <dt>{words.length}</dt>
          <dd>{duration((los - aos) / 1000)}</dd>
          <dt>{words.priority}</dt>
          <dd>{words.ofTen(contact.priority)}</dd>
          <dt>{words.plan}</dt>
          <dd>{contact.planSeq === null ? NONE : words.planSigned(contact.planSeq)}</dd>
          <Radio contact={contact} />
        </dl>
      </div>
    </section>
  )
}

function Why({ contact }: { contact: Detail }) {
  return (
    <section class="card" aria-labelledby="contact-why">
      <div class="card-head">
        <h2 id="contact-why">{words.why}</h2>
      </div>
      <div class="card-body">
        <ContactReason contact={contact} />
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
      crumb={{ label: texts.contacts.title, path: PAGES.contacts }}
      beside={
        <>
          <Pill tone={tone} label={label} />
          <span class="muted">{words.over(contact.stationName)}</span>
        </>
      }
      actions={
        session.can('manage_passes') && !isOver(contact) ? (
          <ContactActs contact={contact} onDone={reload} />
        ) : undefined
      }
    >
      <div class="contact-grid">
        <div class="column">
          <Times contact={contact} />
          <Facts contact={contact} />
          <Why contact={contact} />
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
  useTitle(words.title)
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
      title={words.none.title}
      text={resource.failure.detail}
      next={
        <a class="button" href={PAGES.contacts}>
          {words.none.next}
        </a>
      }
    />
  )
}
