import type { ComponentChildren } from 'preact'
import { useApp } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { clockText, clockTone, diskTone, sizeText } from '../logic/machine-health.js'
import { fixed } from '../logic/number-text.js'
import { linkOf } from '../logic/station-live.js'
import type { Tone } from '../logic/station-status.js'
import { age, duration } from '../logic/time-text.js'
import { Pill } from '../parts/glyph.js'
import { texts } from '../text/texts.js'

const words = texts.station.health

/** Health is told every few seconds; after this long the last is history. */
const OLD_MS = 60_000

function Line({
  name,
  tone,
  label,
  more,
}: {
  name: string
  tone: Tone
  label: string
  more?: ComponentChildren
}) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <Pill tone={tone} label={label} />
        {more !== undefined && <span class="sub">{more}</span>}
      </dd>
    </>
  )
}

/** How the machine beside the antenna is: its rotator, its clock, its disk. */
export function StationHealth({ entry }: { entry: StationEntry }) {
  const now = useApp().clock.second.value
  const live = entry.live.value
  const heard = live.health
  if (heard === null)
    return linkOf(live) !== 'online' ? null : (
      <section class="card" aria-labelledby="machine">
        <div class="card-head">
          <h2 id="machine">{words.title}</h2>
        </div>
        <p class="side-empty">{words.none}</p>
      </section>
    )
  const { driverUp, misses, clock, diskFreeMiB, plans, uptimeS, rssMiB, temperatureC } = heard.message
  const isOld = linkOf(live) !== 'online' || now - heard.at > OLD_MS
  return (
    <section class={isOld ? 'card machine history' : 'card machine'} aria-labelledby="machine">
      <div class="card-head">
        <h2 id="machine">{words.title}</h2>
        {isOld && <span class="badge warn">{words.heard(age(now - heard.at))}</span>}
      </div>
      <div class="card-body">
        <dl class="facts">
          <Line
            name={words.driver}
            tone={driverUp ? (misses > 0 ? 'warn' : 'good') : 'bad'}
            label={driverUp ? words.driverUp : words.driverDown}
            more={misses > 0 ? words.misses(misses) : undefined}
          />
          {clock !== undefined && (
            <Line
              name={words.clock}
              tone={clockTone(clock)}
              label={clockText(clock)}
              more={`${words.sources[clock.source]}, ${words.ntp[clock.ntp]}`}
            />
          )}
          <Line
            name={words.disk}
            tone={diskTone(diskFreeMiB)}
            label={diskFreeMiB === null ? words.unknown : words.free(sizeText(diskFreeMiB))}
          />
          <dt>{words.plans}</dt>
          <dd>{plans}</dd>
          <dt>{words.uptime}</dt>
          <dd>{duration(uptimeS)}</dd>
          <dt>{words.memory}</dt>
          <dd>{sizeText(rssMiB)}</dd>
          {temperatureC !== undefined && temperatureC !== null && (
            <>
              <dt>{words.temperature}</dt>
              <dd>{fixed(temperatureC, 0)} °C</dd>
            </>
          )}
        </dl>
      </div>
    </section>
  )
}
