/**
 * What a token is to be, from what was asked for and what the server allows. Pure.
 * @module
 */

import type { Capability } from '../../shared/capabilities.js'
import { TalosError } from '../../shared/errors.js'
import type { Permission } from '../../shared/permissions.js'
import { MINUTE } from '../../shared/time.js'
import type { EnrollmentConfig } from '../enrollment-config.js'

/** As much of a request as the rules speak of. */
export interface AskedTerms {
  readonly preApproved?: boolean | undefined
  readonly ttlMinutes?: number | undefined
  readonly capabilities?: readonly Capability[] | undefined
  readonly maxUses?: number | undefined
  readonly stationId?: string | undefined
}

export interface TokenTerms {
  readonly preApproved: boolean
  readonly maxUses: number
  readonly lifetimeMs: number
  /** Undefined: those of the station, or a rotator. */
  readonly capabilities: Capability[] | undefined
}

const misfit = (field: string, detail: string) =>
  new TalosError('invalid_request', `The body does not fit: /${field} ${detail}.`, {
    errors: [{ pointer: `/${field}`, detail }],
  })

/** @throws TalosError `invalid_request` for what this server does not allow */
export function termsOf(asked: AskedTerms, settings: EnrollmentConfig): TokenTerms {
  const { maxUses = 1, ttlMinutes = settings.ttlMinutes } = asked
  // E3.
  if (ttlMinutes > settings.maxTtlMinutes)
    throw misfit('ttlMinutes', `must be at most ${settings.maxTtlMinutes}, as this server is set`)
  const isShared = maxUses > 1
  if (isShared && !settings.isMultiUse)
    throw misfit(
      'maxUses',
      'must be 1: one token is for one station, unless the server is started with TALOS_ENROLLMENT_ALLOW_MULTI_USE=1',
    )
  if (isShared && asked.stationId !== undefined)
    throw misfit('maxUses', 'must be 1 for a token of one station')
  // E2: who holds a token for many is let in by a person, one at a time.
  if (isShared && asked.preApproved === true)
    throw misfit('preApproved', 'must be false for a token of several stations: each is approved by itself')
  return {
    preApproved: asked.preApproved ?? !isShared,
    maxUses,
    lifetimeMs: ttlMinutes * MINUTE,
    capabilities: asked.capabilities === undefined ? undefined : [...asked.capabilities],
  }
}

/** What whoever issues it has to hold when it is stored (E19). */
export const neededFor = ({ preApproved }: Pick<TokenTerms, 'preApproved'>): readonly Permission[] => [
  'manage_enrollment_tokens',
  ...(preApproved ? ['approve_stations' as const] : []),
]

/**
 * R11: whoever redeems a pre-approved token is let in without being asked about, so its maker must be one who lets
 * stations in.
 * @throws TalosError `forbidden`
 */
export function assertMayIssue(held: ReadonlySet<Permission>, { preApproved }: TokenTerms): void {
  if (preApproved && !held.has('approve_stations'))
    throw new TalosError(
      'forbidden',
      'A token that lets a station in at once needs the permission approve_stations; set preApproved to false.',
    )
}
