import type { Station } from '../../../shared/api/fleet.js'
import { degrees, fixed } from '../logic/number-text.js'
import { Fingerprint } from '../parts/fingerprint.js'
import { texts } from '../text/texts.js'

const words = texts.station.machine

/** What is known of the machine behind a station, for whoever decides whether it is the right one (E15). */
export function MachineFacts({ station }: { station: Station }) {
  const { mount } = station
  return (
    <dl class="facts">
      <dt>{words.machine}</dt>
      <dd>{station.hostname ?? words.unknown}</dd>
      <dt>{words.platform}</dt>
      <dd>{station.platform ?? words.unknown}</dd>
      <dt>{words.address}</dt>
      <dd class="mono">{station.address ?? words.unknown}</dd>
      {mount !== null && (
        <>
          <dt>{words.mount}</dt>
          <dd>
            {words.mountText({
              azMin: degrees(mount.azMin, 0),
              azMax: degrees(mount.azMax, 0),
              elMin: degrees(mount.elMin, 0),
              elMax: degrees(mount.elMax, 0),
              rate: fixed(mount.azRate, 1),
            })}
          </dd>
        </>
      )}
      <dt>{words.fingerprint}</dt>
      <dd>
        {station.fingerprint === null ? words.noFingerprint : <Fingerprint hex={station.fingerprint} />}
      </dd>
    </dl>
  )
}
