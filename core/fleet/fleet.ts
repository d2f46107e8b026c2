/**
 * The fleet: its stations, who joins it, what they are told, what is known of them.
 * @module
 */
import type { Clock } from '../../shared/time.js'
import type { Context } from '../context.js'
import { Contacts } from '../planning/contacts.js'
import { AuthorityRotation } from './authority-rotation.js'
import type { Bus } from './bus.js'
import { CertificateRenewal } from './certificate-renewal.js'
import { Commands } from './commands.js'
import { Enrollment } from './enrollment.js'
import { Grants } from './grants.js'
import { IssueLimit } from './issue-limit.js'
import { KeyAnnouncer } from './key-announcer.js'
import { KeyRotation } from './key-rotation.js'
import { Presence } from './presence.js'
import { Rosters } from './rosters.js'
import { SigningKeyRotation } from './signing-key-rotation.js'
import { StationControls } from './station-control.js'
import { StationEnd } from './station-end.js'
import { StationExpiry } from './station-expiry.js'
import { StationLocks } from './station-locks.js'
import { StationStates } from './station-states.js'
import { Stations } from './stations.js'
import { EnrollmentTokens } from './tokens.js'

export interface FleetOptions {
  /** How long a station's answer to a command is waited for, ms. */
  readonly ackWaitMs?: number
}

export interface Fleet {
  readonly clock: Clock
  readonly stations: Stations
  readonly states: StationStates
  readonly locks: StationLocks
  readonly controls: StationControls
  readonly expiry: StationExpiry
  readonly rotation: KeyRotation
  readonly tokens: EnrollmentTokens
  readonly rosters: Rosters
  readonly enrollment: Enrollment
  readonly presence: Presence
  readonly commands: Commands
  readonly keys: SigningKeyRotation
  readonly certificates: CertificateRenewal
  readonly authorities: AuthorityRotation
  start(): Promise<void>
  stop(): Promise<void>
}

export function createFleet(context: Context, broker: Bus, options: FleetOptions = {}): Fleet {
  const presence = new Presence(context, broker)
  const stations = new Stations(context, presence)
  const commands = new Commands(context, broker, presence, options.ackWaitMs)
  const announcer = new KeyAnnouncer(context, broker)
  const limit = new IssueLimit(context)
  const keys = new SigningKeyRotation(context, announcer)
  const rotation = new KeyRotation(context, stations, broker)
  const contacts = new Contacts(context)
  const authorities = new AuthorityRotation(context)
  const end = new StationEnd(context, contacts, broker)
  const expiry = new StationExpiry(context, end)
  return {
    clock: context.clock,
    keys,
    authorities,
    certificates: new CertificateRenewal(context),
    stations,
    presence,
    commands,
    states: new StationStates(context, stations, end),
    locks: new StationLocks(context, stations, contacts, commands, broker),
    controls: new StationControls(context, stations),
    expiry,
    rotation,
    tokens: new EnrollmentTokens(context, limit),
    rosters: new Rosters(context, stations, limit),
    enrollment: new Enrollment(context, new Grants(context)),
    start: async () => {
      presence.start()
      announcer.start()
      rotation.start()
      keys.start()
      authorities.start()
      await commands.start()
      await expiry.start()
    },
    stop: async () => {
      await expiry.stop()
      authorities.stop()
      keys.stop()
      rotation.stop()
      announcer.stop()
      await commands.stop()
      await presence.stop()
    },
  }
}
