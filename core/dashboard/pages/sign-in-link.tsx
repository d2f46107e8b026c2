import { useState } from 'preact/hooks'
import type { z } from 'zod'
import { emailSchema } from '../../../shared/api/common.js'
import { linkLookResponse } from '../../../shared/api/sign-in.js'
import { nothing } from '../api/client.js'
import { useApp } from '../app/app-context.js'
import { Brand } from '../app/header.js'
import type { Failure } from '../logic/failure-text.js'
import { PAGES } from '../logic/route.js'
import { useAct } from '../parts/act.js'
import { Empty, FailureNote, Loading } from '../parts/empty.js'
import { Field } from '../parts/field.js'
import { useTitle } from '../parts/page.js'
import { useResource } from '../parts/resource.js'
import { texts } from '../text/texts.js'
import { SignInElsewhere } from './sign-in-elsewhere.js'

const words = texts.signIn

type Link = z.infer<typeof linkLookResponse>

/** W6: each way in which a link can be of no use, with the one thing to do. */
function Useless({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
  const { router } = useApp()
  const again = (
    <button type="button" class="button" onClick={() => router.forget()}>
      {words.askForANewLink}
    </button>
  )
  if (failure.code === 'link_invalid')
    return <Empty title={words.thisLinkNoLongerWorks} text={words.aLinkWorksOnceFor} next={again} />
  if (failure.code === 'link_other_browser')
    return <Empty title={words.anotherBrowserAskedForThis} text={words.itSignsInOnlyThe} next={again} />
  return <FailureNote failure={failure} retry={onRetry} />
}

function Confirm({ link, token }: { link: Link; token: string }) {
  const { api, router, session } = useApp()
  const [email, setEmail] = useState('')
  const [wrong, setWrong] = useState<string | undefined>(undefined)
  const act = useAct()
  const owner = link.kind === 'owner'
  const confirm = async () => {
    const typed = emailSchema.safeParse(email.trim())
    const needed = owner && link.email === null
    setWrong(needed && !typed.success ? words.thisIsNoEMail : undefined)
    if (needed && !typed.success) return
    const address = needed ? typed.data : owner ? link.email : undefined
    const done = await act.run(async () => {
      await api.post('auth/confirm', nothing, { token, ...(address === undefined ? {} : { email: address }) })
      await session.entered()
    })
    if (done) router.go(PAGES.fleet)
  }
  if (
    act.failure !== null &&
    act.failure.code !== 'owner_email_mismatch' &&
    act.failure.code !== 'invalid_request'
  )
    return <Useless failure={act.failure} onRetry={act.clear} />
  return (
    <>
      <h1>{owner ? words.becomeTheOwner : words.signIn}</h1>
      <p>{owner ? words.thisInstallationHasNoPeople : words.youSignInAs(link.email ?? 'yourself')}</p>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void confirm()
        }}
      >
        {owner && link.email === null && (
          <Field
            label={words.yourEMail}
            type="email"
            value={email}
            onInput={setEmail}
            wrong={wrong}
            autoComplete="email"
            autoFocus
            maxLength={254}
          />
        )}
        {owner && link.email !== null && (
          <p>
            {words.theOwnerIs} <strong>{link.email}</strong>.
          </p>
        )}
        {act.failure !== null && <FailureNote failure={act.failure} />}
        <button type="submit" class="button primary" disabled={act.busy}>
          {owner ? words.becomeOwner : words.signIn}
        </button>
      </form>
    </>
  )
}

/** A6: looking at a link consumes nothing; the button does. */
export function SignInLink({ token }: { token: string }) {
  const { api } = useApp()
  useTitle(words.signIn)
  const [link, reload] = useResource(token, () => api.post('auth/link', linkLookResponse, { token }))
  return (
    <main class="lonely">
      <Brand />
      {link.kind === 'loading' && <Loading />}
      {link.kind === 'failed' && <Useless failure={link.failure} onRetry={() => void reload()} />}
      {link.kind === 'ready' &&
        (link.value.asker === null ? (
          <Confirm link={link.value} token={token} />
        ) : (
          <SignInElsewhere token={token} email={link.value.email ?? ''} asker={link.value.asker} />
        ))}
    </main>
  )
}
