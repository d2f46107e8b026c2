import { useSignalEffect } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { AzEl } from '../../../shared/angles.js'
import type { Contact } from '../../../shared/api/contacts.js'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { contactStatus, progress, running, upcoming } from '../logic/contact-status.js'
import { degrees } from '../logic/number-text.js'
import { contactPath } from '../logic/route.js'
import { lookNow, passTrack } from '../logic/sky.js'
import { isHistory } from '../logic/station-status.js'
import { span, utcMinute } from '../logic/time-text.js'
import { ElementsBadge } from '../parts/elements-badge.js'
import { Pill } from '../parts/glyph.js'
import { PolarPlot } from '../parts/polar-plot.js'
import { ProgressBar } from '../parts/progress-bar.js'

const NOTHING: readonly AzEl[] = []
const NO_KEEP_OUT: [] = []

const direction = (az: number | null | undefined, el: number | null | undefined): AzEl | null =>
  az === null || az === undefined || el === null || el === undefined ? null : { az, el }

/** The contact whose pass is drawn: the one that runs, else the next. */
export function shownContact(
  contacts: Iterable<Contact>,
  stationId: string,
  now: number,
): Contact | undefined {
  const own = [...contacts].filter((c) => c.stationId === stationId)
  return running(own)[0] ?? upcoming(own, now)[0]
}

function PassHead({ contact, now }: { contact: Contact; now: number }) {
  const aos = Date.parse(contact.aos)
  const los = Date.parse(contact.los)
  const { label, tone } = contactStatus(contact.state)
  return (
    <a class="pass-head" href={contactPath(contact.id)}>
      <span class="line">
        <strong>{contact.satelliteName}</strong>
        <Pill tone={tone} label={label} />
      </span>
      <span class="line muted">
        <span class="number">
          {now < aos ? `AOS in ${span(aos - now)}` : `LOS in ${span(Math.max(0, los - now))}`}
        </span>
        <span>
          highest {degrees(contact.maxEl, 0)}{' '}
          <ElementsBadge epoch={Date.parse(contact.elementsEpoch)} named />
        </span>
      </span>
      {now >= aos && <ProgressBar share={progress(contact, now)} label="Part of the pass that is over" />}
    </a>
  )
}

/** The sky over the station, with the pass that runs or comes next. */
export function StationSky({ entry }: { entry: StationEntry }) {
  const { clock, satellites } = useApp()
  const { bus } = useFleet()
  const now = clock.second.value
  const record = entry.record.value
  const live = entry.live.value
  const contact = shownContact(bus.contacts.all.value.values(), entry.id, now)
  useSignalEffect(() => {
    const wanted = shownContact(bus.contacts.all.value.values(), entry.id, clock.second.value)
    if (wanted !== undefined) void satellites.want([wanted])
  })
  const orbit = contact === undefined ? null : (satellites.find(contact.satelliteId)?.orbit ?? null)
  const { site } = record
  const aos = contact === undefined ? 0 : Date.parse(contact.aos)
  const los = contact === undefined ? 0 : Date.parse(contact.los)
  const track = useMemo(
    () =>
      orbit === null || site === null
        ? null
        : { points: passTrack(orbit, site, aos, los), start: utcMinute(aos), end: utcMinute(los) },
    [aos, los, orbit, site],
  )
  const inPass = now >= aos && now <= los
  const rot = live.rot?.message
  const mount = live.info?.message.mount ?? record.mount
  const measured = direction(rot?.az, rot?.el)
  return (
    <section class="card sky" aria-label="Sky">
      {contact !== undefined && <PassHead contact={contact} now={now} />}
      <PolarPlot
        mask={record.mask}
        minElevation={record.minElevation}
        keepOut={mount?.keepOut ?? NO_KEEP_OUT}
        track={track}
        trace={NOTHING}
        measured={measured}
        commanded={direction(rot?.cmdAz, rot?.cmdEl)}
        satellite={inPass && orbit !== null && site !== null ? lookNow(orbit, site, now) : null}
        stale={isHistory(live, now)}
        label={`Sky over ${record.name}. Measured: azimuth ${degrees(rot?.az)}, elevation ${degrees(rot?.el)}.`}
      />
      {site === null && (
        <p class="sky-note">Nobody has said where this station stands, so no pass can be drawn or planned.</p>
      )}
    </section>
  )
}
