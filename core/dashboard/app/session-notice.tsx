import { MINUTE } from '../../../shared/time.js'
import { wholeMinutes } from '../logic/time-text.js'
import { texts } from '../text/texts.js'
import { useApp } from './app-context.js'

/** Long enough to hand over or to finish a pass. */
const NOTICE_MS = 10 * MINUTE
/** To walk back to the console. */
const IDLE_NOTICE_MS = 5 * MINUTE

/** A12: a session has an end, whatever one does; nobody should be surprised by it in the middle of a pass. */
export function SessionNotice() {
  const { clock, session } = useApp()
  const { sessionEndsAt, idleEndsAt } = session.me.value ?? {}
  if (sessionEndsAt == null || idleEndsAt == null) return null
  const now = clock.second.value
  const left = Date.parse(sessionEndsAt) - now
  const idleLeft = Date.parse(idleEndsAt) - now
  if (idleLeft > 0 && idleLeft <= IDLE_NOTICE_MS && idleLeft < left)
    return (
      <p class="session-notice" role="alert">
        {texts.session.idle(wholeMinutes(idleLeft))}
      </p>
    )
  if (left <= 0 || left > NOTICE_MS) return null
  return (
    <p class="session-notice" role="status">
      {texts.session.ends(wholeMinutes(left))}
    </p>
  )
}
