/**
 * From what is known to what the map draws.
 * @module
 */
import type { Contact } from '../../../shared/api/contacts.js'
import type { Satellite } from '../../../shared/orbit/propagate.js'
import type { Bus } from '../live/bus.js'
import type { Satellites } from '../live/satellites.js'
import { isRunning } from '../logic/contact-status.js'
import { groundPoint, groundTrack } from '../logic/sky.js'
import { elementsAge, elementsAgeDays } from '../logic/staleness.js'
import { stationStatus } from '../logic/station-status.js'
import type { MapCraft, MapStation, Scene } from '../map/scene.js'

/** Lines on the ground change only with the elements or the times of the contact. */
const tracks = new WeakMap<Contact, [number, number][]>()

function trackOf(contact: Contact, orbit: Satellite): [number, number][] {
  const track = tracks.get(contact) ?? groundTrack(orbit, Date.parse(contact.aos), Date.parse(contact.los))
  tracks.set(contact, track)
  return track
}

/** A satellite is in one place, however many contacts it has; the first of them is what a press on it shows. */
function makeCraft(
  contacts: readonly Contact[],
  satellites: Satellites,
  stations: ReadonlyMap<string, MapStation>,
  now: number,
): MapCraft | null {
  const [contact] = contacts
  const orbit = contact === undefined ? null : (satellites.find(contact.satelliteId)?.orbit ?? null)
  const at = orbit === null ? null : groundPoint(orbit, now)
  if (contact === undefined || orbit === null || at === null) return null
  const current = contacts.filter(isRunning)
  const level = elementsAge(elementsAgeDays(Date.parse(contact.elementsEpoch), now), orbit.omm)
  return {
    name: level === 'fresh' ? contact.satelliteName : `${contact.satelliteName} (${level} elements)`,
    at,
    contactId: contact.id,
    running: current.length > 0,
    tracks: (current.length > 0 ? current : [contact]).map((c) => trackOf(c, orbit)),
    links: current.flatMap((c) => {
      const station = stations.get(c.stationId)
      return station === undefined ? [] : [{ station, tracking: c.state === 'tracking' }]
    }),
  }
}

/** Stations and satellites at a moment; those without a place or without elements are not drawn. Reads signals. */
export function makeScene(
  bus: Bus,
  contacts: readonly Contact[],
  satellites: Satellites,
  now: number,
): Scene {
  const hearing = bus.hearing(now)
  const stations = bus.stations.list.value.flatMap((entry): MapStation[] => {
    const { id, name, site, ...record } = entry.record.value
    const { tone } = stationStatus(record, entry.live.value, hearing)
    return site === null || record.status === 'revoked' || record.status === 'rejected'
      ? []
      : [{ id, name, lat: site.lat, lon: site.lon, tone }]
  })
  const byId = new Map(stations.map((s) => [s.id, s]))
  const bySatellite = new Map<string, Contact[]>()
  for (const contact of contacts)
    bySatellite.set(contact.satelliteId, [...(bySatellite.get(contact.satelliteId) ?? []), contact])
  const crafts = [...bySatellite.values()].map((own) => makeCraft(own, satellites, byId, now))
  return { stations, crafts: crafts.filter((c) => c !== null) }
}
