import { useApp } from '../app/app-context.js'
import { Brand } from '../app/header.js'
import { PAGES } from '../logic/route.js'
import { CopyButton } from '../parts/copy-button.js'
import { useTitle } from '../parts/page.js'

/** What a shell takes as one word; anything else in the fragment is not shown back as a command. */
const TOKEN = /^#[A-Za-z0-9_-]{1,100}$/

/** Somebody has opened a station's link in a browser: it belongs into a terminal. */
export function EnrollOpen() {
  const { router, session } = useApp()
  useTitle('Enroll')
  const fragment = router.fragment.value
  const signedIn = session.state.value.kind === 'in'
  const command = TOKEN.test(fragment)
    ? `npx talos agent enroll '${location.origin}${PAGES.enroll}${fragment}'`
    : null
  const text = (
    <>
      <h1>This link is for a station</h1>
      {command === null ? (
        <p>
          A machine joins with a link that ends in a secret, and this one has none. Copy the whole line that
          you were given and run it on the machine beside the antenna.
        </p>
      ) : (
        <>
          <p>
            Nothing has been used up. Run this line in a terminal on the machine beside the antenna; it works
            once.
          </p>
          <div class="form">
            <code class="command">{command}</code>
            <CopyButton text={command} label="Copy the line" />
          </div>
        </>
      )}
      <p>
        {signedIn ? (
          <button type="button" class="button" onClick={() => router.forget()}>
            Go to the tokens
          </button>
        ) : (
          <a href={PAGES['sign-in']}>I want to sign in instead</a>
        )}
      </p>
    </>
  )
  if (signedIn) return <div class="lonely">{text}</div>
  return (
    <main class="lonely">
      <Brand />
      {text}
    </main>
  )
}
