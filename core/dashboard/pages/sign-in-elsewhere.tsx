import { useState } from 'preact/hooks'
import type { z } from 'zod'
import { type askerSchema, linkCodeResponse } from '../../../shared/api/sign-in.js'
import { useApp } from '../app/app-context.js'
import { ago, span } from '../logic/time-text.js'
import { browserName } from '../logic/user-agent.js'
import { useAct } from '../parts/act.js'
import { Empty, FailureNote } from '../parts/empty.js'

type Asker = z.infer<typeof askerSchema>
type Code = z.infer<typeof linkCodeResponse>

function Shown({ code, onAgain }: { code: Code; onAgain: () => void }) {
  const left = Date.parse(code.expiresAt) - useApp().clock.second.value
  if (left <= 0)
    return (
      <Empty
        title="This code has expired"
        text="Ask for a new link where you want to sign in."
        next={
          <button type="button" class="button" onClick={onAgain}>
            Or sign in here
          </button>
        }
      />
    )
  return (
    <>
      <h1>Your code</h1>
      <p class="big-code" role="status">
        {code.code}
      </p>
      <p>Type it into the window in which you asked for the link, within {span(left)}.</p>
      <p class="note warn">
        Give it to nobody. Whoever asks you for it, by phone or by mail, wants to sign in as you.
      </p>
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
      <h1>Sign in on your other screen?</h1>
      <p>
        Another browser asked for this link, to sign in as <strong>{email}</strong>. If that is yours and in
        front of you, show the code and type it there.
      </p>
      <div class="form">
        <dl class="facts card card-body">
          <dt>Browser</dt>
          <dd>{browserName(asker.userAgent)}</dd>
          <dt>From</dt>
          <dd class="mono">{asker.address}</dd>
          <dt>Asked</dt>
          <dd>{ago(clock.second.value - Date.parse(asker.askedAt))}</dd>
        </dl>
        {act.failure !== null && <FailureNote failure={act.failure} />}
        <button type="button" class="button primary" disabled={act.busy} onClick={() => void show()}>
          It is mine: show the code
        </button>
        <button type="button" class="button big" onClick={here}>
          Sign in here instead
        </button>
      </div>
    </>
  )
}
