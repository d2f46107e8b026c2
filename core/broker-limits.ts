/**
 * The limits of the broker as settings: a variable for each row of `broker/limits.ts`, with its bounds.
 * @module
 */
import { z } from 'zod'
import { LIMIT_KEYS, LIMIT_TABLE, type LimitKey, type Limits } from '../broker/limits.js'

const PREFIX = 'TALOS_BROKER_'

/** `TALOS_BROKER_CONNECTIONS_PER_ADDRESS` */
export const settingOf = (key: LimitKey): string =>
  `${PREFIX}${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

const limit = (key: LimitKey) => {
  const { default: value, min, max } = LIMIT_TABLE[key]
  const detail = `must be a whole number from ${min} to ${max}`
  return z
    .string()
    .regex(/^[0-9]{1,15}$/, { error: detail, abort: true })
    .transform(Number)
    .pipe(z.number().min(min, detail).max(max, detail))
    .default(value)
}

/** The one table of settings. Strict: a limit that is misspelt would not hold. */
const settings = z.strictObject(Object.fromEntries(LIMIT_KEYS.map((key) => [settingOf(key), limit(key)])))

/** The limits with what the environment sets; what is wrong is told to `complain`. An empty variable counts as unset. */
export function readBrokerLimits(
  environment: Readonly<Record<string, string | undefined>>,
  complain: (variable: string, detail: string) => void,
): Limits {
  const given = Object.entries(environment).filter(([name, value]) => name.startsWith(PREFIX) && value !== '')
  const { data, error } = settings.safeParse(Object.fromEntries(given))
  for (const issue of error?.issues ?? []) {
    if (issue.code !== 'unrecognized_keys') complain(issue.path.join('/'), issue.message)
    else for (const name of issue.keys) complain(name, 'is not a setting of the broker')
  }
  const entries = LIMIT_KEYS.map((key) => [key, data?.[settingOf(key)] ?? LIMIT_TABLE[key].default] as const)
  return Object.freeze(Object.fromEntries(entries)) as Limits
}
