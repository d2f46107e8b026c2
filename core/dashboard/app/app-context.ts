/**
 * What every part of the screen may reach; made once in main.tsx.
 * @module
 */
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Api } from '../api/client.js'
import type { Bus } from '../live/bus.js'
import type { Satellites } from '../live/satellites.js'
import type { ScreenClock } from './clock.js'
import type { Overlay } from './overlay.js'
import type { Router } from './router.js'
import type { Session } from './session.js'
import type { StepUp } from './step-up.js'
import type { Theme } from './theme.js'

export interface App {
  readonly api: Api
  readonly clock: ScreenClock
  readonly overlay: Overlay
  readonly router: Router
  readonly session: Session
  readonly stepUp: StepUp
  readonly theme: Theme
  readonly satellites: Satellites
}

export const AppContext = createContext<App | null>(null)

export function useApp(): App {
  const app = useContext(AppContext)
  if (app === null) throw new Error('a part of the screen stands outside the application')
  return app
}

/** The live layer of the organisation that is shown. */
export interface Fleet {
  readonly org: string
  readonly bus: Bus
}
export const FleetContext = createContext<Fleet | null>(null)

export function useFleet(): Fleet {
  const fleet = useContext(FleetContext)
  if (fleet === null) throw new Error('a part of the screen stands outside an organisation')
  return fleet
}
