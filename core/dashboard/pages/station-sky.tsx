import { useSignalEffect } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { AzEl } from '../../../shared/angles.js'
import type { Contact } from '../../../shared/api/contacts.js'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { contactStatus, progress, running, upcoming } from '../logic/contact-status.js'
import { degrees } from '../logic/number-text.js'
import { outOfReach } from '../logic/polar.js'
import { contactPath } from '../logic/route.js'
import { lookNow, passTrack } from '../logic/sky.js'
import { isHistory } from '../logic/station-status.js'
import { span, utcMinute } from '../logic/time-text.js'
import { ElementsBadge } from '../parts/elements-badge.js'
import { Pill } from '../parts/glyph.js'
import { PolarPlot } from '../parts/polar-plot.js'
import { ProgressBar } from '../parts/progress-bar.js'
import { texts } from '../text/texts.js'

const words = texts.station.sky

const NOTHING: readonly AzEl[] = []

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
          {now < aos ? words.aosIn(span(aos - now)) : words.losIn(span(Math.max(0, los - now)))}
        </span>
        <span>
          {words.highest(degrees(contact.maxEl, 0))}{' '}
          <ElementsBadge epoch={Date.parse(contact.elementsEpoch)} named />
        </span>
      </span>
      {now >= aos && <ProgressBar share={progress(contact, now)} label={words.over} />}
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
    <section class="card sky" aria-label={words.label}>
      {contact !== undefined && <PassHead contact={contact} now={now} />}
      <PolarPlot
        mask={record.mask}
        minElevation={record.minElevation}
        mount={mount}
        track={track}
        trace={NOTHING}
        measured={measured}
        commanded={direction(rot?.cmdAz, rot?.cmdEl)}
        satellite={inPass && orbit !== null && site !== null ? lookNow(orbit, site, now) : null}
        stale={isHistory(live, now)}
        label={words.plot(record.name, degrees(rot?.az), degrees(rot?.el))}
      />
      <p class="sky-key">
        <i class="key key-measured" /> {words.legend.measured} <i class="key key-commanded" />{' '}
        {words.legend.commanded}
        {record.mask.length > 0 && (
          <>
            <i class="key key-mask" /> {words.legend.skyline}
          </>
        )}
        {mount !== null && outOfReach(mount) !== '' && (
          <>
            <i class="key key-reach" /> {words.legend.reach}
          </>
        )}
        {mount !== null && mount.keepOut.length > 0 && (
          <>
            <i class="key key-keep-out" /> {words.legend.keepOut}
          </>
        )}
      </p>
      {site === null && <p class="sky-note">{words.noSite}</p>}
    </section>
  )
}
