import { MINUTE } from '../../../shared/time.js'
import { span } from '../logic/time-text.js'
import { useApp } from './app-context.js'

/** Long enough to hand over or to finish a pass. */
const NOTICE_MS = 10 * MINUTE

/** A12: a session has an end, whatever one does; nobody should be surprised by it in the middle of a pass. */
export function SessionNotice() {
  const { clock, session } = useApp()
  const endsAt = session.me.value?.sessionEndsAt
  if (endsAt === null || endsAt === undefined) return null
  const left = Date.parse(endsAt) - clock.second.value
  if (left <= 0 || left > NOTICE_MS) return null
  return (
    <p class="session-notice" role="status">
      Your session ends in {span(left)}. Then you sign in again by mail; stations and plans go on.
    </p>
  )
}
