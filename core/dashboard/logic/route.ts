/**
 * The addresses of the dashboard and what each shows.
 * @module
 */
import { satelliteIdSchema } from '../../../shared/api/elements.js'
import { ID_PATTERN } from '../../../shared/principal.js'

export const PAGES = {
  fleet: '/',
  schedule: '/schedule',
  contacts: '/contacts',
  passes: '/passes',
  campaigns: '/campaigns',
  elements: '/elements',
  enroll: '/enroll',
  health: '/health',
  audit: '/audit',
  people: '/people',
  sessions: '/sessions',
  'api-tokens': '/api-tokens',
  settings: '/settings',
  device: '/device',
  pair: '/pair',
  'sign-in': '/sign-in',
} as const
export type PlainPage = keyof typeof PAGES

export type Route =
  | { readonly page: PlainPage }
  | { readonly page: 'station' | 'contact' | 'satellite'; readonly id: string }
  | { readonly page: 'unknown' }

const ITEMS = { stations: 'station', contacts: 'contact', satellites: 'satellite' } as const
const isArea = (area: string | undefined): area is keyof typeof ITEMS =>
  area === 'stations' || area === 'contacts' || area === 'satellites'
const isId = (area: keyof typeof ITEMS, id: string): boolean =>
  area === 'satellites' ? satelliteIdSchema.safeParse(id).success : ID_PATTERN.test(id)

/** Reads a path. A trailing slash is forgiven; anything else that is not ours is `unknown`. */
export function parseRoute(path: string): Route {
  const clean = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
  for (const [page, address] of Object.entries(PAGES)) {
    if (address === clean) return { page: page as PlainPage }
  }
  const [, area, id, ...rest] = clean.split('/')
  if (!isArea(area) || id === undefined || rest.length > 0 || !isId(area, id)) return { page: 'unknown' }
  return { page: ITEMS[area], id }
}

export const stationPath = (id: string): string => `/stations/${id}`
export const contactPath = (id: string): string => `/contacts/${id}`
export const satellitePath = (id: string): string => `/satellites/${id}`
/** The passes of one satellite. */
export const passesPath = (satelliteId: string): string => `${PAGES.passes}?satellite=${satelliteId}`

/** A18: pages whose address carries a secret in the fragment, which no server and no log ever sees. */
export const takesSecret = ({ page }: Route): boolean =>
  page === 'sign-in' || page === 'enroll' || page === 'device' || page === 'pair'

const FRAGMENT_SECRET = /^#([A-Za-z0-9_-]{8,100})$/

/** The secret of a fragment; null when there is none, or none of ours. */
export const fragmentSecret = (hash: string): string | null => FRAGMENT_SECRET.exec(hash)?.[1] ?? null
