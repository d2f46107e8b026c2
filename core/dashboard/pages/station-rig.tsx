import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { dopplerShift, frequencyText, shiftText } from '../logic/frequency.js'
import { NONE } from '../logic/number-text.js'
import { isStale } from '../logic/staleness.js'
import { age } from '../logic/time-text.js'
import { texts } from '../text/texts.js'

const words = texts.station.rig

function Frequency({ name, hz, shift }: { name: string; hz: number | null; shift: number | null }) {
  return (
    <>
      <dt>{name}</dt>
      <dd class="number">
        {frequencyText(hz)}
        {shift !== null && <span class="sub">{words.doppler(shiftText(shift))}</span>}
      </dd>
    </>
  )
}

/** What the radio is tuned to, and how much of that is Doppler. Nothing where no radio has spoken. */
export function StationRig({ entry }: { entry: StationEntry }) {
  const { clock } = useApp()
  const { bus } = useFleet()
  const heard = entry.live.value.rig
  if (heard === null) return null
  const now = clock.second.value
  const { downlinkHz, uplinkHz, mode, dialHz, rprt, contactId } = heard.message
  const contact = contactId === undefined ? undefined : bus.contacts.all.value.get(contactId)
  const isOld = isStale(heard.at, now)
  return (
    <section class={isOld ? 'card rig history' : 'card rig'} aria-labelledby="rig">
      <div class="card-head">
        <h2 id="rig">{words.title}</h2>
        {isOld && <span class="badge warn">{words.stale(age(now - heard.at))}</span>}
      </div>
      <div class="card-body">
        <dl class="facts">
          <Frequency
            name={words.downlink}
            hz={downlinkHz}
            shift={dopplerShift(downlinkHz, contact?.downlinkHz ?? null, dialHz)}
          />
          {uplinkHz !== null && (
            <Frequency
              name={words.uplink}
              hz={uplinkHz}
              shift={dopplerShift(uplinkHz, contact?.uplinkHz ?? null, 0)}
            />
          )}
          <dt>{words.mode}</dt>
          <dd>{mode ?? NONE}</dd>
          {dialHz !== 0 && (
            <>
              <dt>{words.dial}</dt>
              <dd class="number">{shiftText(dialHz)}</dd>
            </>
          )}
          {rprt < 0 && (
            <>
              <dt>{words.driver}</dt>
              <dd class="tone-bad">{texts.station.readout.rprt(rprt)}</dd>
            </>
          )}
        </dl>
      </div>
    </section>
  )
}
