/**
 * What every service of core is given, and nothing else: no service reaches for a global.
 * @module
 */
import type { PrismaClient } from '../prisma/generated/client.js'
import type { Clock } from '../shared/time.js'
import type { AgentRelease } from './agent-release.js'
import type { Audit } from './audit/audit.js'
import type { Config } from './config.js'
import type { CertificateAuthorities } from './crypto/certificate-authorities.js'
import type { SigningKeys } from './crypto/signing-keys.js'
import type { SlowHash } from './crypto/slow-hash.js'
import type { Events } from './events.js'
import type { Logger, Random } from './ports.js'

export type { Logger, Random, Tx } from './ports.js'

/** Where the world reaches this core. Known once the listeners are up; reading it earlier throws. */
export interface Addresses {
  /** Origin of the dashboard and the API without a slash at the end: the base of every link (A45, W10). */
  readonly publicUrl: string
  /** Where agents connect: `mqtts://host:8883`, or `mqtt://127.0.0.1:1883` on one machine. */
  readonly mqttUrl: string
}

export interface Context {
  readonly prisma: PrismaClient
  readonly clock: Clock
  readonly log: Logger
  readonly config: Config
  readonly addresses: Addresses
  readonly events: Events
  readonly audit: Audit
  readonly random: Random
  readonly signingKeys: SigningKeys
  readonly authorities: CertificateAuthorities
  readonly slowHash: SlowHash
  readonly agentRelease: AgentRelease
}
