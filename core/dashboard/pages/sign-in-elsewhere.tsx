import { useState } from 'preact/hooks'
import type { z } from 'zod'
import { type askerSchema, linkCodeResponse } from '../../../shared/api/sign-in.js'
import { useApp } from '../app/app-context.js'
import { ago, span } from '../logic/time-text.js'
import { browserName } from '../logic/user-agent.js'
import { useAct } from '../parts/act.js'
import { Empty, FailureNote } from '../parts/empty.js'
import { texts } from '../text/texts.js'

const words = texts.signIn

type Asker = z.infer<typeof askerSchema>
type Code = z.infer<typeof linkCodeResponse>

function Shown({ code, onAgain }: { code: Code; onAgain: () => void }) {
  const left = Date.parse(code.expiresAt) - useApp().clock.second.value
  if (left <= 0)
    return (
      <Empty
        title={words.thisCodeHasExpired}
        text={words.askForANewLink2}
        next={
          <button type="button" class="button" onClick={onAgain}>
            {words.orSignInHere}
          </button>
        }
      />
    )
  return (
    <>
      <h1>{words.yourCode}</h1>
      <p class="big-code" role="status">
        {code.code}
      </p>
      <p>{words.typeItWithin(span(left))}</p>
      <p class="note warn">{words.giveItToNobodyWhoever}</p>
    </>
  )
}

/** A7: the link was asked for in another browser; here it only shows a code to type there. */
export function SignInElsewhere({ token, email, asker }: { token: string; email: string; asker: Asker }) {
  const { api, clock, router } = useApp()
  const [code, setCode] = useState<Code | null>(null)
  const act = useAct()
  const show = () =>
    act.run(async () => setCode(await api.post('auth/link/code', linkCodeResponse, { token })))
  const here = () => router.forget()
  if (code !== null) return <Shown code={code} onAgain={here} />
  return (
    <>
      <h1>{words.signInOnYourOther}</h1>
      <p>{words.askedByAnother(email)}</p>
      <div class="form">
        <dl class="facts card card-body">
          <dt>{words.browser}</dt>
          <dd>{browserName(asker.userAgent)}</dd>
          <dt>{words.from}</dt>
          <dd class="mono">{asker.address}</dd>
          <dt>{words.asked}</dt>
          <dd>{ago(clock.second.value - Date.parse(asker.askedAt))}</dd>
        </dl>
        {act.failure !== null && <FailureNote failure={act.failure} />}
        <button type="button" class="button primary" disabled={act.busy} onClick={() => void show()}>
          {words.itIsMineShowThe}
        </button>
        <button type="button" class="button big" onClick={here}>
          {words.signInHereInstead}
        </button>
      </div>
    </>
  )
}
