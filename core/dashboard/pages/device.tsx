import { useState } from 'preact/hooks'
import type { z } from 'zod'
import { deviceLookupResponse, userCodeSchema } from '../../../shared/api/tokens.js'
import { nothing } from '../api/client.js'
import { useApp } from '../app/app-context.js'
import { ago, span } from '../logic/time-text.js'
import { useAct } from '../parts/act.js'
import { Empty, FailureNote } from '../parts/empty.js'
import { Field } from '../parts/field.js'
import { useTitle } from '../parts/page.js'
import { texts } from '../text/texts.js'

const words = texts.device

type Lookup = z.infer<typeof deviceLookupResponse>
type Step =
  | { readonly kind: 'enter' }
  | { readonly kind: 'decide'; readonly userCode: string; readonly who: Lookup }
  | { readonly kind: 'over'; readonly approved: boolean }

const dashed = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`

/** A code as people type it, or the fragment of the link that the other program shows. */
const codeOf = (text: string): string | null => {
  const parsed = userCodeSchema.safeParse(text.trim().replace(/^#/, ''))
  return parsed.success ? parsed.data : null
}

function Decide({
  step,
  onOver,
  onBack,
}: {
  step: Extract<Step, { kind: 'decide' }>
  onOver: (approved: boolean) => void
  onBack: () => void
}) {
  const { api, clock } = useApp()
  const act = useAct()
  const now = clock.second.value
  const { userCode, who } = step
  const left = Date.parse(who.expiresAt) - now
  const decide = async (verb: 'approve' | 'deny') => {
    if (await act.run(() => api.post(`auth/device/${verb}`, nothing, { userCode })))
      onOver(verb === 'approve')
  }
  if (left <= 0)
    return (
      <Empty
        title={words.theCodeHasExpired}
        text={words.startTheSignInAgain}
        next={
          <button type="button" class="button" onClick={onBack}>
            {words.enterAnotherCode}
          </button>
        }
      />
    )
  return (
    <>
      <h1>{words.letThisProgramActAs}</h1>
      <p>{words.approveOnly}</p>
      <div class="form">
        <dl class="facts card card-body">
          <dt>{words.program}</dt>
          <dd>{who.clientName}</dd>
          <dt>{words.from}</dt>
          <dd class="mono">{who.address}</dd>
          <dt>{words.asked}</dt>
          <dd>{ago(now - Date.parse(who.requestedAt))}</dd>
          <dt>{words.itsCode}</dt>
          <dd>
            <strong class="code">{dashed(userCode)}</strong>
            <span class="muted"> {words.mustBeSame}</span>
          </dd>
          <dt>{words.timeLeft}</dt>
          <dd>{span(left)}</dd>
        </dl>
        {act.failure !== null && <FailureNote failure={act.failure} />}
        <div class="two">
          <button type="button" class="button big" disabled={act.busy} onClick={() => void decide('deny')}>
            {words.deny}
          </button>
          <button
            type="button"
            class="button primary"
            disabled={act.busy}
            onClick={() => void decide('approve')}
          >
            {words.approve}
          </button>
        </div>
      </div>
    </>
  )
}

function Enter({ onFound }: { onFound: (userCode: string, who: Lookup) => void }) {
  const { api, router } = useApp()
  const [text, setText] = useState(router.fragment.peek().replace(/^#/, ''))
  const [wrong, setWrong] = useState<string | undefined>(undefined)
  const act = useAct()
  const look = async () => {
    const userCode = codeOf(text)
    setWrong(userCode === null ? words.eightLettersAsTheOther : undefined)
    if (userCode === null) return
    await act.run(async () =>
      onFound(userCode, await api.post('auth/device/lookup', deviceLookupResponse, { userCode })),
    )
  }
  return (
    <>
      <h1>{words.approveASignIn}</h1>
      <p>{words.enterIt}</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void look()
        }}
      >
        <Field
          label={words.code}
          value={text}
          onInput={setText}
          wrong={wrong}
          placeholder={texts.parts.codeExample}
          autoComplete="off"
          autoFocus
          maxLength={12}
        />
        {act.failure !== null && <FailureNote failure={act.failure} />}
        <button type="submit" class="button primary" disabled={act.busy}>
          {words.showWhoAsks}
        </button>
      </form>
    </>
  )
}

/** RFC 8628: a person lets a command line sign in, after seeing who asks (A37). */
export function Device() {
  const { router } = useApp()
  const [step, setStep] = useState<Step>({ kind: 'enter' })
  useTitle(words.approveASignIn)
  return (
    <div class="lonely">
      {step.kind === 'enter' && (
        <Enter
          onFound={(userCode, who) => {
            router.forget()
            setStep({ kind: 'decide', userCode, who })
          }}
        />
      )}
      {step.kind === 'decide' && (
        <Decide
          step={step}
          onOver={(approved) => setStep({ kind: 'over', approved })}
          onBack={() => setStep({ kind: 'enter' })}
        />
      )}
      {step.kind === 'over' && (
        <Empty
          title={step.approved ? words.approved : words.denied}
          text={step.approved ? words.theOtherMachineGoesOn : words.theOtherMachineHasBeen}
          next={
            <a class="button" href="/">
              {words.goToTheFleet}
            </a>
          }
        />
      )}
    </div>
  )
}
