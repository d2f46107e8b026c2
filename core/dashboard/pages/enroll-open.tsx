import { useApp } from '../app/app-context.js'
import { Brand } from '../app/header.js'
import { PAGES } from '../logic/route.js'
import { useTitle } from '../parts/page.js'
import { Show, useResource } from '../parts/resource.js'
import { texts } from '../text/texts.js'
import { JoinLines } from './join-lines.js'

const words = texts.enroll

/** What a shell takes as one word; anything else in the fragment is not shown back as a command. */
const TOKEN = /^#[A-Za-z0-9_-]{1,100}$/

const SHA256 = /^[0-9a-f]{64}\b/
const AGENT = '/agent/talos-agent.tgz.sha256'

/** SHA-256 of the agent that this core gives away, or null: it gives none, or nobody knows now. Needs no session. */
async function agentSha256(): Promise<string | null> {
  const response = await fetch(AGENT).catch(() => null)
  if (response?.ok !== true) return null
  return SHA256.exec(await response.text())?.[0] ?? null
}

/** The lines for the machine, of a link that a shell takes as it is. */
function Lines({ link }: { link: string }) {
  const [sha256, reload] = useResource('agent', agentSha256)
  return (
    <Show of={sha256} retry={() => void reload()}>
      {(value) => (
        <JoinLines
          enrollUrl={link}
          command={`npx talos agent enroll '${link}'`}
          installCommand={
            value === null ? null : `curl -fsSL ${location.origin}/agent/install.sh | sudo sh -s -- '${link}'`
          }
          agentSha256={value}
        />
      )}
    </Show>
  )
}

/** Somebody has opened a station's link in a browser: it belongs into a terminal. */
export function EnrollOpen() {
  const { router, session } = useApp()
  useTitle('Enroll')
  const fragment = router.fragment.value
  const signedIn = session.state.value.kind === 'in'
  const link = TOKEN.test(fragment) ? `${location.origin}${PAGES.enroll}${fragment}` : null
  const text = (
    <>
      <h1>{words.thisLinkIsForA}</h1>
      {link === null ? (
        <p>{words.aMachineJoinsWithA}</p>
      ) : (
        <>
          <p>{words.runThis}</p>
          <div class="form">
            <Lines link={link} />
          </div>
        </>
      )}
      <p>
        {signedIn ? (
          <button type="button" class="button" onClick={() => router.forget()}>
            {words.goToTheTokens}
          </button>
        ) : (
          <a href={PAGES['sign-in']}>{words.iWantToSignIn}</a>
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
