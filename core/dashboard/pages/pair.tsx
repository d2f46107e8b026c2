import { useState } from 'preact/hooks'
import type { z } from 'zod'
import { pairLookupResponse } from '../../../shared/api/pairing.js'
import { nothing } from '../api/client.js'
import { useApp } from '../app/app-context.js'
import { fragmentSecret, PAGES } from '../logic/route.js'
import { ago, span } from '../logic/time-text.js'
import { browserName } from '../logic/user-agent.js'
import { useAct } from '../parts/act.js'
import { Empty, FailureNote } from '../parts/empty.js'
import { useTitle } from '../parts/page.js'
import { Show, useResource } from '../parts/resource.js'
import { texts } from '../text/texts.js'

const words = texts.pair

type Asking = z.infer<typeof pairLookupResponse>
type End = 'approved' | 'denied' | 'wrong' | 'gone'

const ENDS: Readonly<Record<End, readonly [title: string, text: string]>> = {
  approved: [words.signedIn, words.theOtherBrowserGoesOn],
  denied: [words.turnedAway, words.theOtherBrowserHasNot],
  wrong: [words.thatWasAnotherNumber, words.theOtherBrowserHasBeen],
  gone: [words.thisCodeNoLongerWorks, words.codeWorksOnce],
}

function Over({ end }: { end: End }) {
  const [title, text] = ENDS[end]
  return (
    <Empty
      title={title}
      text={text}
      next={
        <a class="button big" href={end === 'approved' ? PAGES.fleet : PAGES.sessions}>
          {end === 'approved' ? words.goToTheFleet : words.seeMySessions}
        </a>
      }
    />
  )
}

function Decide({ code, asking, onEnd }: { code: string; asking: Asking; onEnd: (end: End) => void }) {
  const { api, clock } = useApp()
  const act = useAct()
  const now = clock.second.value
  const left = Date.parse(asking.expiresAt) - now
  if (left <= 0) return <Over end="gone" />
  const decide = (end: End, path: string, body: object) =>
    act.run(() => api.post(path, nothing, body)).then((done) => done && onEnd(end))
  const failure = act.failure
  if (failure?.code === 'pairing_number_wrong') return <Over end="wrong" />
  if (failure?.code === 'pairing_invalid') return <Over end="gone" />
  return (
    <>
      <h1>{words.signInAnotherBrowser}</h1>
      <p>{words.onlyInFront}</p>
      <div class="form">
        <dl class="facts card card-body">
          <dt>{words.browser}</dt>
          <dd>{browserName(asking.userAgent)}</dd>
          <dt>{words.from}</dt>
          <dd class="mono">{asking.address}</dd>
          <dt>{words.asked}</dt>
          <dd>{ago(now - Date.parse(asking.requestedAt))}</dd>
          <dt>{words.timeLeft}</dt>
          <dd>{span(left)}</dd>
        </dl>
        <fieldset class="numbers">
          <legend class="label">{words.whichNumberIsOnIts}</legend>
          {asking.choices.map((number) => (
            <button
              key={number}
              type="button"
              class="button"
              disabled={act.busy}
              onClick={() => void decide('approved', 'auth/pair/approve', { code, number })}
            >
              {number}
            </button>
          ))}
        </fieldset>
        {failure !== null && <FailureNote failure={failure} />}
        <button
          type="button"
          class="button big danger"
          disabled={act.busy}
          onClick={() => void decide('denied', 'auth/pair/cancel', { code })}
        >
          {words.noneOfThemTurnIt}
        </button>
      </div>
    </>
  )
}

function Look({ code }: { code: string }) {
  const { api } = useApp()
  const [end, setEnd] = useState<End | null>(null)
  const [asking, reload] = useResource(code, () => api.post('auth/pair/lookup', pairLookupResponse, { code }))
  if (end !== null) return <Over end={end} />
  if (asking.kind === 'failed' && asking.failure.code === 'pairing_invalid') return <Over end="gone" />
  return (
    <Show of={asking} retry={() => void reload()}>
      {(value) => <Decide code={code} asking={value} onEnd={setEnd} />}
    </Show>
  )
}

/** The phone's side of signing in a browser by QR (A22, A37). */
export function Pair() {
  const { router } = useApp()
  const code = fragmentSecret(router.fragment.value)
  useTitle(words.signInAnotherBrowser2)
  return (
    <div class="lonely">
      {code === null ? (
        <Empty
          title={words.scanTheCodeOfThe}
          text={words.onTheOtherScreenChoose}
          next={
            <a class="button big" href={PAGES.fleet}>
              {words.goToTheFleet}
            </a>
          }
        />
      ) : (
        <Look key={code} code={code} />
      )}
    </div>
  )
}
