import { useState } from 'preact/hooks'
import type { RadioBand } from '../../../shared/api/radio.js'
import { useApp } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { CAPABILITY_TEXT } from '../logic/capability-text.js'
import { coordinates, degrees, fixed } from '../logic/number-text.js'
import { utcDate, utcMinute } from '../logic/time-text.js'
import { EditStation } from './station-edit.js'

const bandText = ({ direction, lowHz, highHz, polarisation }: RadioBand): string =>
  `${direction === 'receive' ? 'hears' : 'sends'} ${lowHz / 1e6} to ${highHz / 1e6} MHz${polarisation === 'any' ? '' : `, ${polarisation}`}`

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
        <h2 id="facts">Station</h2>
        {mayEdit && (
          <button type="button" class="button small" onClick={() => setIsEditing(true)}>
            Edit
          </button>
        )}
      </div>
      <div class="card-body">
        <dl class="facts">
          <dt>Place</dt>
          <dd>
            {record.site === null
              ? 'Not set'
              : `${coordinates(record.site.lat, record.site.lon)}, ${Math.round(record.site.altM)} m`}
          </dd>
          <dt>Lowest elevation</dt>
          <dd>
            {degrees(record.minElevation, 0)}
            {record.mask.length > 0 && ', skyline drawn'}
          </dd>
          {record.rf.length > 0 && (
            <>
              <dt>Radio</dt>
              {record.rf.map((band) => (
                <dd key={`${band.direction} ${band.lowHz} ${band.polarisation}`}>{bandText(band)}</dd>
              ))}
            </>
          )}
          {record.maintenance.length > 0 && (
            <>
              <dt>Maintenance</dt>
              {record.maintenance.map((window) => (
                <dd key={window.id}>
                  {utcDate(Date.parse(window.from))} {utcMinute(Date.parse(window.from))} to{' '}
                  {utcDate(Date.parse(window.to))} {utcMinute(Date.parse(window.to))} UTC: {window.reason}
                </dd>
              ))}
            </>
          )}
          {mount !== null && (
            <>
              <dt>Azimuth</dt>
              <dd>
                {degrees(mount.azMin, 0)} to {degrees(mount.azMax, 0)}, {fixed(mount.azRate, 1)}°/s
              </dd>
              <dt>Elevation</dt>
              <dd>
                {degrees(mount.elMin, 0)} to {degrees(mount.elMax, 0)}, {fixed(mount.elRate, 1)}°/s
              </dd>
              <dt>Beam</dt>
              <dd>{degrees(mount.beamwidth, 1)}</dd>
            </>
          )}
          <dt>Driver</dt>
          <dd>
            {info === undefined ? (record.driver ?? 'Unknown') : `${info.driver.kind}, ${info.driver.model}`}
          </dd>
          <dt>For</dt>
          <dd>{record.capabilities.map((name) => CAPABILITY_TEXT[name].toLowerCase()).join(', ')}</dd>
          {record.hostname !== null && (
            <>
              <dt>Machine</dt>
              <dd>
                {record.hostname}
                {record.platform !== null && `, ${record.platform}`}
              </dd>
            </>
          )}
          <dt>Agent</dt>
          <dd>{info?.version ?? record.agentVersion ?? 'Unknown'}</dd>
          <dt>Joined</dt>
          <dd>{utcDate(Date.parse(record.createdAt))}</dd>
          <dt>Id</dt>
          <dd class="mono">{record.id}</dd>
        </dl>
      </div>
      {isEditing && <EditStation entry={entry} onClose={() => setIsEditing(false)} />}
    </section>
  )
}
