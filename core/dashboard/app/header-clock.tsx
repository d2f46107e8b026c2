import { SECOND } from '../../../shared/time.js'
import { utcTime } from '../logic/time-text.js'
import { texts } from '../text/texts.js'
import { useApp } from './app-context.js'

const localTime = (ms: number): string =>
  new Date(ms).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hour12: false })

const zone = (): string => {
  const minutes = -new Date().getTimezoneOffset()
  const sign = minutes < 0 ? '−' : '+'
  const hours = Math.floor(Math.abs(minutes) / 60)
  const rest = Math.abs(minutes) % 60
  return `UTC${sign}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`
}

/** UTC, which every time of this program is in, and the local time beside it. */
export function HeaderClock() {
  const { clock } = useApp()
  const now = clock.second.value
  const wrong = clock.correction.value
  const off = Math.abs(wrong) >= SECOND
  const title = off
    ? texts.clock[wrong > 0 ? 'behind' : 'ahead']((Math.abs(wrong) / SECOND).toFixed(0))
    : texts.clock.localTitle(localTime(now), zone())
  return (
    <span class={off ? 'clock wrong' : 'clock'} title={title}>
      <time>{utcTime(now)}</time>
      <span class="zone">{texts.clock.utc}</span>
      {zone() !== 'UTC+0' && <span class="local only-wide">{texts.clock.local(localTime(now))}</span>}
    </span>
  )
}
