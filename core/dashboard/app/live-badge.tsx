import { useContext } from 'preact/hooks'
import { SECOND } from '../../../shared/time.js'
import type { LinkStatus } from '../logic/live-link.js'
import type { Tone } from '../logic/station-status.js'
import { span } from '../logic/time-text.js'
import { Glyph } from '../parts/glyph.js'
import { texts } from '../text/texts.js'
import { FleetContext, useApp } from './app-context.js'

function words(status: LinkStatus, now: number): { tone: Tone; text: string; why: string } {
  switch (status.kind) {
    case 'live':
      return { tone: 'good', text: texts.live.live, why: texts.live.liveWhy }
    case 'connecting':
      return { tone: 'busy', text: texts.live.connecting, why: texts.live.connectingWhy }
    case 'waiting':
      return {
        tone: 'warn',
        text: texts.live.retryIn(span(Math.max(SECOND, status.at - now))),
        why: texts.live.tryNow(status.why),
      }
    case 'refused':
      return { tone: 'warn', text: texts.live.notLive, why: status.why }
    case 'off':
      return { tone: 'quiet', text: texts.live.notLive, why: texts.live.off }
  }
}

/** Whether what is on the screen is the present. */
export function LiveBadge() {
  const fleet = useContext(FleetContext)
  const { clock } = useApp()
  if (fleet === null) return null
  const status = fleet.bus.status.value
  const { tone, text, why } = words(status, clock.second.value)
  const refused = fleet.bus.refused.value
  const title = refused === 0 ? why : `${why} ${texts.live.refused(refused)}`
  const body = (
    <>
      <span class={`pill tone-${tone}`}>
        <Glyph tone={tone} />
      </span>
      <span>{text}</span>
    </>
  )
  return (
    <>
      {status.kind === 'waiting' ? (
        <button type="button" class="live trouble" title={title} onClick={() => fleet.bus.retry()}>
          {body}
        </button>
      ) : (
        <span class={tone === 'warn' ? 'live trouble' : 'live'} title={title}>
          {body}
        </span>
      )}
      <span class="visually-hidden" role="status">
        {aloud(status)}
      </span>
    </>
  )
}

/** Read aloud when it changes: without the seconds until the next attempt, and not what lasts a moment. */
function aloud({ kind }: LinkStatus): string {
  if (kind === 'live') return texts.live.live
  return kind === 'waiting' || kind === 'refused' ? texts.live.notLive : ''
}
