import { useState } from 'preact/hooks'
import { emailSchema } from '../../../shared/api/common.js'
import { nothing } from '../api/client.js'
import { useApp } from '../app/app-context.js'
import { Brand } from '../app/header.js'
import { useAct } from '../parts/act.js'
import { CodeForm } from '../parts/code-form.js'
import { FailureNote } from '../parts/empty.js'
import { Field } from '../parts/field.js'
import { useTitle } from '../parts/page.js'
import { texts } from '../text/texts.js'
import { providerError, SignInByPasskey, SignInByProvider } from './sign-in-others.js'
import { useSignInByPhone } from './sign-in-phone.js'

const words = texts.signIn

/** A7: the link may be opened in this browser, or elsewhere, where it shows a code for this window. */
function Sent({ email, onAgain }: { email: string; onAgain: () => void }) {
  const { api, session } = useApp()
  const act = useAct()
  const enter = (code: string) =>
    act.run(async () => {
      await api.post('auth/code', nothing, { code })
      await session.entered()
    })
  return (
    <>
      <h1>{words.lookAtYourMail}</h1>
      <p role="status">{email === '' ? words.openTheLinkOfThe : words.linkIsOnItsWay(email)}</p>
      <CodeForm
        act={act}
        hint={words.onlyIfTheLinkWas}
        submit={words.signInWithTheCode}
        onCode={(code) => void enter(code)}
      />
      <p>
        <button type="button" class="button" onClick={onAgain}>
          {email === '' ? words.askForALink : words.useAnotherAddress}
        </button>
      </p>
    </>
  )
}

/** Asks for a link by mail. The answer is the same for every address (A4). */
export function SignInForm({ ended }: { ended: boolean }) {
  const { api } = useApp()
  const [email, setEmail] = useState('')
  const [sent, setSent] = useState(false)
  const [wrong, setWrong] = useState<string | undefined>(undefined)
  const act = useAct()
  const phone = useSignInByPhone()
  const back = providerError(location.search)
  useTitle(words.signIn)
  const ask = async () => {
    const parsed = emailSchema.safeParse(email.trim())
    setWrong(parsed.success ? undefined : words.thisIsNoEMail)
    if (!parsed.success) return
    if (await act.run(() => api.post('auth/login', nothing, { email: parsed.data }))) setSent(true)
  }
  return (
    <main class="lonely">
      <Brand />
      {phone.shown !== null ? (
        phone.shown
      ) : sent ? (
        <Sent email={email} onAgain={() => setSent(false)} />
      ) : (
        <>
          <h1>{ended ? words.yourSessionHasEnded : words.signIn}</h1>
          <p>{ended ? words.signInAgainToGo : words.youGetALinkBy}</p>
          {back !== null && <p role="alert">{back}</p>}
          <form
            class="form"
            noValidate
            onSubmit={(event) => {
              event.preventDefault()
              void ask()
            }}
          >
            <Field
              label={words.email}
              type="email"
              value={email}
              onInput={setEmail}
              wrong={wrong}
              autoComplete="email"
              autoFocus
              maxLength={254}
            />
            {act.failure !== null && <FailureNote failure={act.failure} />}
            <button type="submit" class="button primary" disabled={act.busy}>
              {words.sendMeALink}
            </button>
          </form>
          <p>
            <button
              type="button"
              class="button plain"
              onClick={() => {
                setEmail('')
                setSent(true)
              }}
            >
              {words.iHaveACodeAlready}
            </button>
          </p>
          <SignInByPasskey />
          <SignInByProvider />
          {phone.offer}
        </>
      )}
    </main>
  )
}
