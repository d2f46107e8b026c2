import { useEffect } from 'preact/hooks'
import { SECOND } from '../../../shared/time.js'
import type { Failure } from '../logic/failure-text.js'
import { Empty, FailureNote } from '../parts/empty.js'
import { useTitle } from '../parts/page.js'
import { texts } from '../text/texts.js'
import { Brand } from './header.js'

/** Core starts within seconds; a network that is back is told by the browser. */
const AGAIN_MS = 3 * SECOND
const words = texts.ended.coreAway

/** Who is signed in could not be learned. Where core does not answer, this asks again by itself (W6). */
export function CoreAway({ failure, retry }: { failure: Failure; retry: () => void }) {
  const isAway = failure.code === 'unavailable'
  useTitle(isAway ? words.title : failure.title)
  useEffect(() => {
    if (!isAway) return
    const timer = setInterval(retry, AGAIN_MS)
    addEventListener('online', retry)
    return () => {
      clearInterval(timer)
      removeEventListener('online', retry)
    }
  }, [isAway, retry])
  return (
    <main class="lonely">
      <Brand />
      {isAway ? (
        <Empty
          title={words.title}
          text={words.text}
          next={
            <button type="button" class="button" onClick={retry}>
              {words.next}
            </button>
          }
        />
      ) : (
        <FailureNote failure={failure} retry={retry} />
      )}
    </main>
  )
}
