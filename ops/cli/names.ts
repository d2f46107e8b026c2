/**
 * Names in place of ids, for people.
 * @module
 */
import { meResponse } from '../../shared/api/auth.js'
import { type Station, stationsResponse } from '../../shared/api/fleet.js'
import { TalosError } from '../../shared/errors.js'
import { type Api, everyPage } from './client.js'

/** The names of all stations of an organisation; an id that is none stays as it is. */
export async function stationNames(api: Api, org: string): Promise<(id: string) => string> {
  const stations = await everyPage(api, `/orgs/${org}/stations`, stationsResponse)
  const names = new Map(stations.map(({ id, name }) => [id, name]))
  return (id) => names.get(id) ?? id
}

/** The own mail address in place of the own id; of others only ids are known. */
export async function personNames(api: Api): Promise<(id: string) => string> {
  const me = await api.get('/auth/me', meResponse)
  return (id) => (id === me.id ? me.email : id)
}

/** A station by its id or, without regard to case, its name. */
export async function findStation(api: Api, org: string, wanted: string): Promise<Station> {
  const all = await everyPage(api, `/orgs/${org}/stations`, stationsResponse)
  const named = all.filter((s) => s.id === wanted || s.name.toLowerCase() === wanted.toLowerCase())
  // A station that has ended leaves its name to the next; whoever means the former gives its id.
  const living = named.filter(
    ({ id, status }) => id === wanted || status === 'pending' || status === 'approved',
  )
  const hits = living.length > 0 ? living : named
  const [only] = hits
  if (only !== undefined && hits.length === 1) return only
  const names = all.map((s) => s.name).join(', ')
  throw new TalosError(
    'not_found',
    `There is no station ${wanted}. ${names === '' ? 'There are none yet: talos enroll Roof' : `There are: ${names}`}`,
  )
}
