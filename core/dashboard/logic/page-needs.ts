/**
 * What a page needs before it is of any use (W7). Core decides all the same; this only spares a person an empty page.
 * @module
 */
import type { Permission } from '../../../shared/permissions.js'
import type { Route } from './route.js'

/** A page that is not here is for everybody who is signed in, or says itself what it needs. */
const NEEDS: Readonly<
  Partial<Record<Route['page'] | 'health' | 'schedule' | 'passes' | 'satellite', Permission>>
> = {
  fleet: 'view_stations',
  station: 'view_stations',
  schedule: 'view_passes',
  contacts: 'view_passes',
  contact: 'view_passes',
  passes: 'view_passes',
  satellite: 'view_passes',
  campaigns: 'view_passes',
  elements: 'view_passes',
  people: 'manage_users',
  audit: 'view_audit_logs',
  settings: 'manage_auth_settings',
}

/** The permission that this person lacks for the page; null when nothing is in the way. */
export function lacks(page: Route['page'], can: (permission: Permission) => boolean): Permission | null {
  const needed = NEEDS[page]
  return needed === undefined || can(needed) ? null : needed
}
