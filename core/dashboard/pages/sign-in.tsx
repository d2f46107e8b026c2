import { useEffect } from 'preact/hooks'
import { useApp } from '../app/app-context.js'
import { Brand } from '../app/header.js'
import { fragmentSecret, PAGES } from '../logic/route.js'
import { Empty } from '../parts/empty.js'
import { texts } from '../text/texts.js'
import { SignInForm } from './sign-in-form.js'
import { SignInLink } from './sign-in-link.js'

const words = texts.signIn

/** The page behind a sign-in link, and the one where a link is asked for. */
export function SignIn() {
  const { router, session } = useApp()
  const fragment = router.fragment.value
  const signedIn = session.state.value.kind === 'in'
  const useless = signedIn && fragment === ''
  useEffect(() => {
    if (useless) router.go(PAGES.fleet)
  }, [useless, router])
  if (fragment === '') return useless ? null : <SignInForm ended={false} />
  const token = fragmentSecret(fragment)
  if (token !== null) return <SignInLink key={token} token={token} />
  return (
    <main class="lonely">
      <Brand />
      <Empty
        title={words.thisLinkIsNotWhole}
        text={words.aPieceOfItIs}
        next={
          <button type="button" class="button" onClick={() => router.forget()}>
            {words.askForANewOne}
          </button>
        }
      />
    </main>
  )
}
