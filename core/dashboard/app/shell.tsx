import { useEffect, useRef, useState } from 'preact/hooks'
import { Bus } from '../live/bus.js'
import { EnrollOpen } from '../pages/enroll-open.js'
import { OwnInvites } from '../pages/own-invites.js'
import { SignIn } from '../pages/sign-in.js'
import { SignInForm } from '../pages/sign-in-form.js'
import { StepUpDialog } from '../pages/step-up-dialog.js'
import { Empty, Loading } from '../parts/empty.js'
import { texts } from '../text/texts.js'
import { type Fleet, FleetContext, useApp } from './app-context.js'
import { CoreAway } from './core-away.js'
import { Brand, Header } from './header.js'
import { Tabs } from './nav.js'
import { Palette } from './palette.js'
import { Permitted } from './permitted.js'
import { SessionNotice } from './session-notice.js'
import { ShortcutHelp } from './shortcut-help.js'

/** The live layer of the chosen organisation, for as long as it is chosen. */
function useLiveFleet(): Fleet | null {
  const { api, clock, session } = useApp()
  const org = session.org.value
  const live = session.can('view_telemetry')
  const [fleet, setFleet] = useState<Fleet | null>(null)
  const [attempt, setAttempt] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another live layer
  useEffect(() => {
    if (org === null) return
    const doubt = async () => {
      if (await session.doubt()) setAttempt((n) => n + 1)
    }
    const bus = new Bus({ api, org, live, now: () => clock.now(), onSignedOut: () => void doubt() })
    bus.start()
    setFleet({ org, bus })
    return () => {
      setFleet(null)
      void bus.stop()
    }
  }, [api, clock, session, org, live, attempt])
  return fleet
}

function SignedIn() {
  const { overlay, router, session } = useApp()
  const fleet = useLiveFleet()
  const main = useRef<HTMLElement>(null)
  const route = router.route.value
  const shown = useRef(route)
  useEffect(() => {
    // Who moves by keyboard or listens goes on where the new page begins.
    if (shown.current !== route) main.current?.focus({ preventScroll: true })
    shown.current = route
  }, [route])
  if (session.org.value === null)
    return (
      <main class="lonely">
        <Brand />
        <OwnInvites />
        <Empty
          title={texts.ended.noOrganisation.title}
          text={texts.ended.noOrganisation.text}
          next={
            <button type="button" class="button" onClick={() => void session.load()}>
              {texts.ended.noOrganisation.next}
            </button>
          }
        />
      </main>
    )
  if (fleet === null) return <Loading />
  return (
    <FleetContext.Provider value={fleet}>
      <a class="skip" href="#main">
        {texts.frame.skip}
      </a>
      <Header />
      <SessionNotice />
      <OwnInvites />
      <main ref={main} id="main" tabIndex={-1} class={route.page === 'fleet' ? 'main wide' : 'main'}>
        <Permitted />
      </main>
      <Tabs />
      {overlay.shown.value === 'palette' && <Palette />}
      {overlay.shown.value === 'help' && <ShortcutHelp />}
    </FleetContext.Provider>
  )
}

/** Everything, by who is looking. */
export function Shell() {
  const { router, session } = useApp()
  const route = router.route.value
  const state = session.state.value
  if (route.page === 'sign-in') return <SignIn />
  if (state.kind === 'loading') return <Loading />
  if (state.kind === 'failed') return <CoreAway failure={state.failure} retry={session.retry} />
  if (state.kind === 'in')
    return (
      <>
        <SignedIn />
        <StepUpDialog />
      </>
    )
  if (route.page === 'enroll') return <EnrollOpen />
  return <SignInForm ended={state.ended} />
}
