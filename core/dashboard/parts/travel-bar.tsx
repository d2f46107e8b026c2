import { degrees } from '../logic/number-text.js'
import { onTravel } from '../logic/travel.js'
import { texts } from '../text/texts.js'

const words = texts.station.travel

interface TravelBarProps {
  readonly axis: 'az' | 'el'
  readonly low: number
  readonly high: number
  readonly measured: number | null
  readonly commanded: number | null
}

/** One axis with the ends of its travel, where it is, and where it was told to be. */
export function TravelBar({ axis, low, high, measured, commanded }: TravelBarProps) {
  const is = onTravel(measured, low, high)
  const told = onTravel(commanded, low, high)
  return (
    <div class="travel">
      <span class="muted">{words[axis]}</span>
      <svg
        viewBox="0 0 104 8"
        role="img"
        aria-label={words.label(words[axis], degrees(low, 0), degrees(high, 0), degrees(measured))}
      >
        <path class="travel-way" d="M2,4H102" />
        <path class="travel-end" d="M2,1V7M102,1V7" />
        {told !== null && <circle class="travel-told" cx={2 + told} cy="4" r="2.6" />}
        {is !== null && <circle class="travel-is" cx={2 + is} cy="4" r="1.7" />}
      </svg>
      <span class="number muted">{words.to(degrees(low, 0), degrees(high, 0))}</span>
    </div>
  )
}
