import { useApp } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { degrees, NONE, signedInteger } from '../logic/number-text.js'
import { isHistory } from '../logic/station-status.js'
import { texts } from '../text/texts.js'

const words = texts.station.readout

/** The marks of the polar plot, so that the numbers are its legend. */
const MeasuredMark = () => (
  <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
    <circle cx="6" cy="6" r="3.6" fill="currentColor" />
  </svg>
)
const CommandedMark = () => (
  <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" class="ring-mark">
    <circle cx="6" cy="6" r="4.6" fill="none" stroke="currentColor" stroke-width="1.8" />
  </svg>
)

/** The pointing is good within half the beam (the measure of a contact, too). */
function errorTone(errDeg: number | null | undefined, beamwidth: number | undefined): string {
  if (errDeg === null || errDeg === undefined || beamwidth === undefined) return ''
  return errDeg <= beamwidth / 2 ? 'tone-good' : 'tone-warn'
}

/** Where the antenna is and where it was told to be: always both, never one for the other. */
export function Readout({ entry }: { entry: StationEntry }) {
  const now = useApp().clock.second.value
  const live = entry.live.value
  const rot = live.rot?.message
  const history = isHistory(live, now)
  const state = live.state?.message
  const holder = state?.link === 'online' ? state.holder : undefined
  const beamwidth = (live.info?.message.mount ?? entry.record.value.mount)?.beamwidth
  return (
    <section class={history ? 'card readout history' : 'card readout'} aria-label={words.label}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.az}</th>
            <th scope="col">{words.el}</th>
          </tr>
        </thead>
        <tbody class="measured-row">
          <tr>
            <th scope="rowgroup" colSpan={2}>
              <MeasuredMark />
              {words.measured}
            </th>
          </tr>
          <tr>
            <td>{degrees(rot?.az)}</td>
            <td>{degrees(rot?.el)}</td>
          </tr>
        </tbody>
        <tbody class="commanded-row">
          <tr>
            <th scope="rowgroup" colSpan={2}>
              <CommandedMark />
              {words.commanded}
            </th>
          </tr>
          <tr>
            <td>{degrees(rot?.cmdAz)}</td>
            <td>{degrees(rot?.cmdEl)}</td>
          </tr>
        </tbody>
      </table>
      <dl class="gauges">
        <div class={history ? '' : errorTone(rot?.errDeg, beamwidth)}>
          <dt title={words.offByTitle}>{words.offBy}</dt>
          <dd>{degrees(rot?.errDeg)}</dd>
        </div>
        <div>
          <dt title={words.turnsTitle}>{words.turns}</dt>
          <dd>{rot === undefined ? NONE : signedInteger(rot.turns)}</dd>
        </div>
        <div class={rot !== undefined && rot.rprt < 0 ? 'tone-bad' : ''}>
          <dt title={words.driverTitle}>{words.driver}</dt>
          <dd>{rot === undefined ? NONE : rot.rprt === 0 ? words.ok : words.rprt(rot.rprt)}</dd>
        </div>
        {holder !== undefined && (
          <div>
            <dt title={words.holderTitle}>{words.holder}</dt>
            <dd>{words.holders[holder ?? 'nobody']}</dd>
          </div>
        )}
      </dl>
      {rot !== undefined && rot.az === null && !history && <p class="unreadable">{words.unreadable}</p>}
    </section>
  )
}
