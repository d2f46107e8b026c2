import type { ComponentChildren } from 'preact'
import type { Permission } from '../../../shared/permissions.js'
import type { PlainPage } from '../logic/route.js'
import { CampaignsIcon, ContactsIcon, ElementsIcon, FleetIcon } from '../parts/icons.js'
import { texts } from '../text/texts.js'
import type { Session } from './session.js'

export interface Destination {
  readonly page: PlainPage
  readonly label: string
  /** Hidden without it (W7). */
  readonly needs: Permission
  /** Those with an icon have a tab of their own on a phone. */
  readonly icon?: ComponentChildren
}

const DESTINATIONS: readonly Destination[] = [
  { page: 'fleet', label: texts.frame.destinations.fleet, needs: 'view_stations', icon: <FleetIcon /> },
  {
    page: 'schedule',
    label: texts.frame.destinations.schedule,
    needs: 'view_passes',
    icon: <ContactsIcon />,
  },
  {
    page: 'campaigns',
    label: texts.frame.destinations.campaigns,
    needs: 'view_passes',
    icon: <CampaignsIcon />,
  },
  {
    page: 'elements',
    label: texts.frame.destinations.elements,
    needs: 'view_passes',
    icon: <ElementsIcon />,
  },
  { page: 'enroll', label: texts.frame.destinations.enroll, needs: 'manage_enrollment_tokens' },
  { page: 'people', label: texts.frame.destinations.people, needs: 'manage_users' },
  { page: 'health', label: texts.frame.destinations.health, needs: 'view_telemetry' },
  { page: 'audit', label: texts.frame.destinations.audit, needs: 'view_audit_logs' },
]

/** Pages of the fleet where this person may go. */
export const destinations = (session: Session): readonly Destination[] =>
  DESTINATIONS.filter((d) => session.can(d.needs))

/** Everywhere where this person may go: the pages of the fleet, and those of the person. */
export const goals = (session: Session): readonly Pick<Destination, 'page' | 'label'>[] => [
  ...destinations(session),
  ...WITHIN.filter(({ needs }) => session.can(needs)),
  ...PERSONAL.filter(({ needs }) => needs === undefined || session.can(needs)).map(({ page }) => ({
    page,
    label: texts.frame.destinations[page],
  })),
]

/** Pages behind others. */
const WITHIN: readonly Destination[] = [
  { page: 'contacts', label: texts.frame.destinations.contacts, needs: 'view_passes' },
  { page: 'passes', label: texts.frame.destinations.passes, needs: 'view_passes' },
]

const PERSONAL: readonly {
  readonly page: 'sessions' | 'api-tokens' | 'device' | 'settings'
  readonly needs?: Permission
}[] = [
  { page: 'sessions' },
  { page: 'api-tokens' },
  { page: 'device' },
  { page: 'settings', needs: 'manage_auth_settings' },
]
