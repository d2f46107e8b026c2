import { SECOND } from '../../../shared/time.js'
import { localOffset, utcMinute, utcTime, zoneName } from '../logic/time-text.js'
import { texts } from '../text/texts.js'
import { useApp } from './app-context.js'

/** UTC, which every time of this program is in, and the local time beside it. */
export function HeaderClock() {
  const { clock } = useApp()
  const now = clock.second.value
  const wrong = clock.correction.value
  const offset = localOffset(now)
  const local = utcMinute(now + offset)
  const off = Math.abs(wrong) >= SECOND
  const title = off
    ? texts.clock[wrong > 0 ? 'behind' : 'ahead']((Math.abs(wrong) / SECOND).toFixed(0))
    : texts.clock.localTitle(local, zoneName(offset))
  return (
    <span class={off ? 'clock wrong' : 'clock'} title={title}>
      <time>{utcTime(now)}</time>
      <span class="zone">{texts.clock.utc}</span>
      {offset !== 0 && <span class="local only-wide">{texts.clock.local(local)}</span>}
    </span>
  )
}
