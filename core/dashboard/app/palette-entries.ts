/**
 * What the command palette offers: only what this person may do (W7).
 * @module
 */
import type { Contact } from '../../../shared/api/contacts.js'
import type { SatelliteRecord } from '../../../shared/api/elements.js'
import type { StationEntry } from '../live/stations.js'
import { isOver } from '../logic/contact-status.js'
import type { Findable } from '../logic/palette.js'
import { PAGES, satellitePath, stationPath } from '../logic/route.js'
import { GO_KEYS } from '../logic/shortcuts.js'
import { stationStatus } from '../logic/station-status.js'
import { utcMoment } from '../logic/time-text.js'
import { texts } from '../text/texts.js'
import type { App, Fleet } from './app-context.js'
import { goals } from './destinations.js'

export type Group = 'pages' | 'stations' | 'satellites' | 'acts'

export interface Entry extends Findable {
  readonly id: string
  readonly group: Group
  /** Said beside the name, in grey. */
  readonly beside?: string
  readonly keys?: string
  /** Where it leads, for what leads somewhere. */
  readonly path?: string
  /** Else what it does. `'stay'` leaves the palette open. */
  readonly act?: () => unknown
  /** The station that it stops. */
  readonly stops?: StationEntry
}

const words = texts.palette

export function pageEntries({ session }: App): Entry[] {
  return goals(session).map(({ page, label }) => {
    const letter = GO_KEYS[page]
    const entry: Entry = { id: `page ${page}`, group: 'pages', name: label, path: PAGES[page] }
    return letter === undefined ? entry : { ...entry, keys: `g ${letter}` }
  })
}

export function stationEntries({ clock, session }: App, { bus }: Fleet): Entry[] {
  const now = clock.now()
  const hearing = bus.hearing(now)
  const mayStop = session.can('command_stations')
  return bus.stations.list.peek().flatMap((station): Entry[] => {
    const { id, name, status, ...record } = station.record.peek()
    const beside = stationStatus({ ...record, status }, station.live.peek(), hearing).label
    const open: Entry = {
      id: `station ${id}`,
      group: 'stations',
      name,
      beside,
      words: words.station,
      path: stationPath(id),
    }
    if (!mayStop || status !== 'approved') return [open]
    return [open, { id: `stop ${id}`, group: 'acts', name: words.stop(name), beside, stops: station }]
  })
}

/** The next contact of a satellite that has not ended. */
const nextOf = (contacts: Iterable<Contact>, satelliteId: string): Contact | undefined =>
  [...contacts]
    .filter((c) => c.satelliteId === satelliteId && !isOver(c))
    .sort((a, b) => a.aos.localeCompare(b.aos))[0]

export function satelliteEntries(
  { clock }: App,
  { bus }: Fleet,
  satellites: readonly SatelliteRecord[],
): Entry[] {
  const contacts = bus.contacts.all.peek()
  return satellites.map(({ id, name }) => {
    const next = nextOf(contacts.values(), id)
    return {
      id: `satellite ${id}`,
      group: 'satellites',
      name,
      words: words.satellite,
      beside:
        next === undefined
          ? words.notBooked
          : words.nextContact(utcMoment(Date.parse(next.aos), clock.now()), next.stationName),
      path: satellitePath(id),
    }
  })
}

export function actEntries({ overlay, session, theme }: App, { bus }: Fleet): Entry[] {
  const acts: Entry[] = []
  const add = (name: string, rest: Pick<Entry, 'act' | 'path' | 'keys'>) =>
    acts.push({ id: `act ${name}`, group: 'acts', name, ...rest })
  if (session.can('manage_enrollment_tokens')) add(words.addStation, { path: `${PAGES.enroll}?add` })
  if (session.can('manage_users')) add(words.invite, { path: `${PAGES.people}?invite` })
  add(words.makeToken, { path: `${PAGES['api-tokens']}?make` })
  if (bus.status.peek().kind === 'waiting') add(words.reconnect, { act: () => bus.retry() })
  for (const choice of ['dark', 'light', 'system'] as const)
    if (theme.choice.peek() !== choice) add(words.theme[choice], { act: () => theme.choose(choice) })
  add(words.keys, { act: () => overlay.show('help'), keys: '?' })
  add(texts.frame.signOut, { act: () => session.leave() })
  return acts
}
