import type { Station } from '../../../shared/api/fleet.js'
import { degrees, fixed } from '../logic/number-text.js'
import { Fingerprint } from '../parts/fingerprint.js'
import { texts } from '../text/texts.js'

const words = texts.enroll

/** What is known of the machine behind a station, for whoever decides whether it is the right one (E15). */
export function MachineFacts({ station }: { station: Station }) {
  const { mount } = station
  return (
    <dl class="facts">
      <dt>{words.machine}</dt>
      <dd>{station.hostname ?? 'Unknown'}</dd>
      <dt>{words.platform}</dt>
      <dd>{station.platform ?? 'Unknown'}</dd>
      <dt>{words.address}</dt>
      <dd class="mono">{station.address ?? 'Unknown'}</dd>
      {mount !== null && (
        <>
          <dt>{words.mount}</dt>
          <dd>
            azimuth {degrees(mount.azMin, 0)} to {degrees(mount.azMax, 0)}, elevation{' '}
            {degrees(mount.elMin, 0)} to {degrees(mount.elMax, 0)}, {fixed(mount.azRate, 1)}°/s
          </dd>
        </>
      )}
      <dt>{words.fingerprint}</dt>
      <dd>
        {station.fingerprint === null ? (
          'None: this agent makes no key of its own'
        ) : (
          <Fingerprint hex={station.fingerprint} />
        )}
      </dd>
    </dl>
  )
}
