import { useState } from 'preact/hooks'
import type { RadioBand } from '../../../shared/api/radio.js'
import { useApp } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { CAPABILITY_TEXT } from '../logic/capability-text.js'
import { coordinates, degrees, fixed } from '../logic/number-text.js'
import { utcDate } from '../logic/time-text.js'
import { texts } from '../text/texts.js'
import { EditStation } from './station-edit.js'

const words = texts.station.facts

const bandText = ({ direction, lowHz, highHz, polarisation }: RadioBand): string =>
  words.band(direction, lowHz / 1e6, highHz / 1e6) + (polarisation === 'any' ? '' : `, ${polarisation}`)

/** What the station is: place, mount, driver, versions. */
export function StationFacts({ entry }: { entry: StationEntry }) {
  const { session } = useApp()
  const [isEditing, setIsEditing] = useState(false)
  const record = entry.record.value
  const info = entry.live.value.info?.message
  const mount = info?.mount ?? record.mount
  const mayEdit =
    session.can('update_stations') && record.status !== 'revoked' && record.status !== 'rejected'
  return (
    <section class="card" aria-labelledby="facts">
      <div class="card-head">
        <h2 id="facts">{words.title}</h2>
        {mayEdit && (
          <button type="button" class="button small" onClick={() => setIsEditing(true)}>
            {words.edit}
          </button>
        )}
      </div>
      <div class="card-body">
        <dl class="facts">
          <dt>{words.place}</dt>
          <dd>
            {record.site === null
              ? words.notSet
              : words.metres(coordinates(record.site.lat, record.site.lon), Math.round(record.site.altM))}
          </dd>
          <dt>{words.lowest}</dt>
          <dd>
            {degrees(record.minElevation, 0)}
            {record.mask.length > 0 && words.skyline}
          </dd>
          {record.rf.length > 0 && (
            <>
              <dt>{words.radio}</dt>
              {record.rf.map((band) => (
                <dd key={`${band.direction} ${band.lowHz} ${band.polarisation}`}>{bandText(band)}</dd>
              ))}
            </>
          )}
          {mount !== null && (
            <>
              <dt>{words.az}</dt>
              <dd>
                {words.travel(degrees(mount.azMin, 0), degrees(mount.azMax, 0), fixed(mount.azRate, 1))}
              </dd>
              <dt>{words.el}</dt>
              <dd>
                {words.travel(degrees(mount.elMin, 0), degrees(mount.elMax, 0), fixed(mount.elRate, 1))}
              </dd>
              <dt>{words.beam}</dt>
              <dd>{degrees(mount.beamwidth, 1)}</dd>
              <dt>{words.park}</dt>
              <dd>{words.parkAt(degrees(mount.parkAz, 0), degrees(mount.parkEl, 0))}</dd>
            </>
          )}
          <dt>{words.driver}</dt>
          <dd>
            {info === undefined
              ? (record.driver ?? words.unknown)
              : `${info.driver.kind}, ${info.driver.model}`}
          </dd>
          <dt>{words.serves}</dt>
          <dd>{record.capabilities.map((name) => CAPABILITY_TEXT[name].toLowerCase()).join(', ')}</dd>
          {record.hostname !== null && (
            <>
              <dt>{words.machine}</dt>
              <dd>
                {record.hostname}
                {record.platform !== null && `, ${record.platform}`}
              </dd>
            </>
          )}
          <dt>{words.agent}</dt>
          <dd>{info?.version ?? record.agentVersion ?? words.unknown}</dd>
          <dt>{words.joined}</dt>
          <dd>{utcDate(Date.parse(record.createdAt))}</dd>
          <dt>{words.id}</dt>
          <dd class="mono">{record.id}</dd>
        </dl>
      </div>
      {isEditing && <EditStation entry={entry} onClose={() => setIsEditing(false)} />}
    </section>
  )
}
