/**
 * From what is known to what the map draws.
 * @module
 */
import type { Contact } from '../../../shared/api/planning.js'
import type { Satellites } from '../live/satellites.js'
import type { StationEntry } from '../live/stations.js'
import { isRunning } from '../logic/contact-status.js'
import { groundPoint, groundTrack } from '../logic/sky.js'
import { stationStatus } from '../logic/station-status.js'
import type { MapCraft, MapStation, Scene } from '../map/scene.js'

/** Lines on the ground change only with the elements or the times of the contact. */
const tracks = new WeakMap<Contact, [number, number][]>()

/** Stations and satellites at a moment; those without a place or without elements are not drawn. */
export function makeScene(
  entries: readonly StationEntry[],
  contacts: readonly Contact[],
  satellites: Satellites,
  now: number,
): Scene {
  const stations = entries.flatMap((entry): MapStation[] => {
    const { id, name, site, ...record } = entry.record.value
    const { tone } = stationStatus(record, entry.live.value, now)
    return site === null || record.status === 'revoked' || record.status === 'rejected'
      ? []
      : [{ id, name, lat: site.lat, lon: site.lon, tone }]
  })
  const byId = new Map(stations.map((s) => [s.id, s]))
  const crafts = contacts.flatMap((contact): MapCraft[] => {
    const orbit = satellites.find(contact.satelliteId)?.orbit ?? null
    const at = orbit === null ? null : groundPoint(orbit, now)
    if (orbit === null || at === null) return []
    const track = tracks.get(contact) ?? groundTrack(orbit, Date.parse(contact.aos), Date.parse(contact.los))
    tracks.set(contact, track)
    return [
      {
        name: contact.satelliteName,
        at,
        contact,
        running: isRunning(contact),
        track,
        station: byId.get(contact.stationId) ?? null,
      },
    ]
  })
  return { stations, crafts }
}
