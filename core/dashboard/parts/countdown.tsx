import { useApp } from '../app/app-context.js'
import { ringDashes, shareLeft } from '../logic/countdown-ring.js'
import { timeLeft } from '../logic/token-badge.js'

const RADIUS = 9

/** What is left of a life: a ring that empties, and the words. */
export function Countdown({ from, to }: { from: string; to: string }) {
  const now = useApp().clock.second.value
  const end = Date.parse(to)
  const share = shareLeft(Date.parse(from), end, now)
  return (
    <span class={share < 0.2 ? 'countdown tone-warn' : 'countdown'} role="timer">
      <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
        <circle class="whole" cx="12" cy="12" r={RADIUS} />
        <circle
          class="left"
          cx="12"
          cy="12"
          r={RADIUS}
          stroke-dasharray={ringDashes(RADIUS, share)}
          transform="rotate(-90 12 12)"
        />
      </svg>
      <span class="number">{timeLeft(end - now)}</span>
    </span>
  )
}
