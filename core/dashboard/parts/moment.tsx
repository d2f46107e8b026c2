import { useApp } from '../app/app-context.js'
import { localOffset, utcMoment, zoneName } from '../logic/time-text.js'
import { texts } from '../text/texts.js'

interface Props {
  /** epoch ms */
  readonly at: number
  /** Another form of the same time, in UTC. */
  readonly children?: string
}

/** A time in UTC; under the pointer the same in the time of this computer. */
export function Moment({ at, children }: Props) {
  const now = useApp().clock.second.value
  const offset = localOffset(at)
  return (
    <time
      class="number"
      dateTime={new Date(at).toISOString()}
      title={texts.clock.localTitle(utcMoment(at + offset, now + offset), zoneName(offset))}
    >
      {children ?? utcMoment(at, now)}
    </time>
  )
}
