// First: it decides how every schema is made.
import './app/interpret-schemas.js'
import './style/tokens.css'
import './style/base.css'
import './style/frame.css'
import './style/palette.css'
import './style/parts.css'
import './style/tables.css'
import './style/forms.css'
import './style/sign-in.css'
import './style/polar.css'
import './style/fleet.css'
import './style/attention.css'
import './style/timeline.css'
import './style/station.css'
import './style/station-hand.css'
import './style/readout.css'
import './style/contacts.css'
import './style/schedule.css'
import './style/gantt.css'
import './style/pages.css'
import './style/people.css'
import './style/enroll.css'
import './style/health.css'
import './style/sheet.css'
import { render } from 'preact'
import { Api } from './api/client.js'
import { Activity } from './app/activity.js'
import { type App, AppContext } from './app/app-context.js'
import { ScreenClock } from './app/clock.js'
import { Keys } from './app/keys.js'
import { Overlay } from './app/overlay.js'
import { Router } from './app/router.js'
import { Session } from './app/session.js'
import { Shell } from './app/shell.js'
import { StepUp } from './app/step-up.js'
import { Theme } from './app/theme.js'
import { Satellites } from './live/satellites.js'

const clock = new ScreenClock()
const router = new Router()
const overlay = new Overlay()
const theme = new Theme()
const session: Session = new Session(() => api)
const stepUp = new StepUp()
const api: Api = new Api({
  fetch: (input, init) => fetch(input, init),
  now: Date.now,
  onDate: (dateMs, sentAt, receivedAt) => clock.learn(dateMs, sentAt, receivedAt),
  onSignedOut: () => void session.doubt(),
  onStepUp: () => stepUp.ask(),
})
const satellites = new Satellites(api, () => clock.now())
const app: App = { api, clock, overlay, router, session, stepUp, theme, satellites }

// A18: first of all, the router takes secrets out of the address bar.
router.start()
theme.start()
clock.start()
session.start()
new Keys(router, session, overlay).start()
new Activity(api, session, () => clock.now()).start()

const root = document.getElementById('app')
if (root !== null)
  render(
    <AppContext.Provider value={app}>
      <Shell />
    </AppContext.Provider>,
    root,
  )
