/**
 * How stations may be enrolled, as the environment says (E2, E3, E7).
 * @module
 */
import { MAX_TTL_MINUTES } from '../shared/api/fleet.js'

export interface EnrollmentConfig {
  /** Of a token that says nothing of its own. */
  readonly ttlMinutes: number
  readonly maxTtlMinutes: number
  /** E2, E31: a token may be for several stations. */
  readonly isMultiUse: boolean
  /** E7: tokens that one issuer may make in an hour, in one organisation. */
  readonly hourlyLimit: number
}

interface EnrollmentVariables {
  readonly TALOS_ENROLLMENT_TTL_MINUTES?: string | undefined
  readonly TALOS_ENROLLMENT_MAX_TTL_MINUTES?: string | undefined
  readonly TALOS_ENROLLMENT_HOURLY_LIMIT?: string | undefined
  readonly TALOS_ENROLLMENT_ALLOW_MULTI_USE: boolean
}

const DEFAULT_TTL_MINUTES = 15
/** Two rosters of the largest size. */
const DEFAULT_HOURLY_LIMIT = 1000
const MAX_HOURLY_LIMIT = 100_000

/** The settings; what is wrong is told to `complain`. */
export function readEnrollment(
  env: EnrollmentVariables,
  complain: (key: keyof EnrollmentVariables, detail: string) => void,
): EnrollmentConfig {
  const whole = (
    key: Exclude<keyof EnrollmentVariables, 'TALOS_ENROLLMENT_ALLOW_MULTI_USE'>,
    max: number,
    otherwise: number,
  ): number => {
    const text = env[key]
    if (text === undefined) return otherwise
    const value = Number(text)
    if (/^[0-9]{1,6}$/.test(text) && value >= 1 && value <= max) return value
    complain(key, `must be a whole number from 1 to ${max}`)
    return otherwise
  }
  const maxTtlMinutes = whole('TALOS_ENROLLMENT_MAX_TTL_MINUTES', MAX_TTL_MINUTES, MAX_TTL_MINUTES)
  // A maximum below the default is the default, too.
  const otherwise = Math.min(DEFAULT_TTL_MINUTES, maxTtlMinutes)
  const ttlMinutes = whole('TALOS_ENROLLMENT_TTL_MINUTES', MAX_TTL_MINUTES, otherwise)
  if (ttlMinutes > maxTtlMinutes)
    complain(
      'TALOS_ENROLLMENT_TTL_MINUTES',
      `must be at most the ${maxTtlMinutes} of TALOS_ENROLLMENT_MAX_TTL_MINUTES`,
    )
  return Object.freeze({
    ...{ ttlMinutes, maxTtlMinutes, isMultiUse: env.TALOS_ENROLLMENT_ALLOW_MULTI_USE },
    hourlyLimit: whole('TALOS_ENROLLMENT_HOURLY_LIMIT', MAX_HOURLY_LIMIT, DEFAULT_HOURLY_LIMIT),
  })
}
