import type { Omm } from '../../../shared/messages.js'
import { useApp } from '../app/app-context.js'
import { elementsAge, elementsAgeDays, elementsAgeText } from '../logic/staleness.js'
import { utcDate, utcMinute } from '../logic/time-text.js'
import { texts } from '../text/texts.js'

const TONE = { fresh: '', old: 'warn', stale: 'bad' } as const

interface Props {
  /** epoch ms */
  readonly epoch: number
  /** The elements, where they are at hand: how old they may be depends on the orbit. */
  readonly omm?: Omm
  /** Says `elements` beside the age where nothing else does. */
  readonly named?: boolean
}

/** The age of the elements behind a satellite; old and stale ones cannot be overlooked. */
export function ElementsBadge({ epoch, omm, named = false }: Props) {
  const days = elementsAgeDays(epoch, useApp().clock.second.value)
  const level = elementsAge(days, omm)
  const words = texts.parts.elementsAge
  return (
    <span
      class={`badge ${TONE[level]}`}
      title={words.epoch(words[level], `${utcDate(epoch)} ${utcMinute(epoch)}`)}
    >
      {named ? words.of(elementsAgeText(days)) : elementsAgeText(days)}
      {level !== 'fresh' && ` ${words.levels[level]}`}
    </span>
  )
}
