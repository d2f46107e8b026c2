/**
 * What the director needs to know, from the environment, checked once and frozen (O12, O15, D6).
 * @module
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { TalosError } from '../shared/errors.js'
import { isLoopback } from '../shared/loopback.js'
import { parseSecret } from '../shared/secrets.js'
import { HOUR, MINUTE, SECOND } from '../shared/time.js'

export interface DirectorConfig {
  /** Origin of core, without a path. */
  readonly coreUrl: string
  readonly mqttUrl: string
  /** Where the credential of `svc_director` lies; core writes it. */
  readonly keyFile: string
  /** How far ahead contacts are booked, ms. */
  readonly horizonMs: number
  /** How long before AOS a plan is signed and sent, ms. */
  readonly planLeadMs: number
  /** A fresh look at everything at least this often, ms. */
  readonly replanMs: number
  readonly celestrakUrl: string
  readonly satnogsUrl: string
  /** Origins that sources may lead to although they are not https, or not on the public internet. */
  readonly sourceOrigins: ReadonlySet<string>
  /** A file of elements (OMM or TLE) to import at start and whenever it changes, or null. */
  readonly elementsFile: string | null
}

const protocolOf = (text: string): string => (URL.canParse(text) ? new URL(text).protocol : '')

const url = (protocols: readonly string[]) =>
  z
    .string()
    .refine((text) => protocols.includes(protocolOf(text)), `must begin with ${protocols.join('// or ')}//`)

/** `https://mirror.example,http://mirror.lan:8000` */
const origins = z.string().transform((text, context) =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one) => {
      if (['http:', 'https:'].includes(protocolOf(one))) return new URL(one).origin
      context.addIssue({ code: 'custom', message: `${one} must begin with https:// or http://` })
      return z.NEVER
    }),
)

/** Would a secret that is sent there leave this machine in the clear? */
const isInTheClear = (text: string | undefined): boolean =>
  text !== undefined && ['http:', 'mqtt:'].includes(protocolOf(text)) && !isLoopback(new URL(text).hostname)

const envSchema = z
  .object({
    TALOS_HTTP_PORT: z.coerce.number().int().min(1).max(65_535).default(8080),
    TALOS_MQTT_PORT: z.coerce.number().int().min(1).max(65_535).default(1883),
    TALOS_CORE_URL: url(['http:', 'https:']).optional(),
    TALOS_MQTT_URL: url(['mqtt:', 'mqtts:']).optional(),
    TALOS_DATA_DIR: z.string().min(1).default('./data'),
    TALOS_DIRECTOR_KEY_FILE: z.string().min(1).optional(),
    TALOS_HORIZON_HOURS: z.coerce.number().min(1).max(72).default(24),
    TALOS_PLAN_LEAD_HOURS: z.coerce.number().min(0.1).max(24).default(6),
    TALOS_CELESTRAK_URL: url(['http:', 'https:']).default('https://celestrak.org'),
    TALOS_SATNOGS_URL: url(['http:', 'https:']).default('https://db.satnogs.org'),
    TALOS_SOURCE_ORIGINS: origins.default([]),
    TALOS_ELEMENTS_FILE: z.string().min(1).optional(),
    TALOS_INSECURE_HTTP: z.string().optional(),
  })
  .superRefine((env, context) => {
    // D1: the key of the director opens every organisation; it crosses no network in the clear.
    if (env.TALOS_INSECURE_HTTP === '1') return
    for (const name of ['TALOS_CORE_URL', 'TALOS_MQTT_URL'] as const)
      if (isInTheClear(env[name]))
        context.addIssue({
          code: 'custom',
          path: [name],
          message:
            'leaves this machine without TLS: use https or mqtts, or TALOS_INSECURE_HTTP=1 for development',
        })
  })

/** Reads the environment. @throws TalosError `config_invalid` that names every bad key. */
export function readDirectorConfig(env: Record<string, string | undefined>): DirectorConfig {
  const parsed = envSchema.safeParse(env)
  if (!parsed.success) {
    const errors = parsed.error.issues.map((i) => ({ pointer: `/${i.path.join('/')}`, detail: i.message }))
    const said = errors.map((e) => `${e.pointer.slice(1)}: ${e.detail}`).join('; ')
    throw new TalosError('config_invalid', said, { errors })
  }
  const e = parsed.data
  const celestrakUrl = new URL(e.TALOS_CELESTRAK_URL).origin
  const satnogsUrl = new URL(e.TALOS_SATNOGS_URL).origin
  return Object.freeze({
    coreUrl: new URL(e.TALOS_CORE_URL ?? `http://127.0.0.1:${e.TALOS_HTTP_PORT}`).origin,
    mqttUrl: e.TALOS_MQTT_URL ?? `mqtt://127.0.0.1:${e.TALOS_MQTT_PORT}`,
    keyFile: e.TALOS_DIRECTOR_KEY_FILE ?? join(e.TALOS_DATA_DIR, 'director.key'),
    horizonMs: e.TALOS_HORIZON_HOURS * HOUR,
    planLeadMs: e.TALOS_PLAN_LEAD_HOURS * HOUR,
    replanMs: 5 * MINUTE,
    celestrakUrl,
    satnogsUrl,
    // Who runs the installation has named these two as well.
    sourceOrigins: new Set([celestrakUrl, satnogsUrl, ...e.TALOS_SOURCE_ORIGINS]),
    elementsFile: e.TALOS_ELEMENTS_FILE ?? null,
  })
}

/** How often a sleeping source or a changed file is looked for. */
export const HOUSEKEEPING_MS = 30 * SECOND

/** Reads the service key. Read anew at each use: core may have issued another. @throws TalosError `config_invalid`. */
export function readServiceKey(file: string): string {
  if (!existsSync(file))
    throw new TalosError(
      'config_invalid',
      `There is no key at ${file}. Start core first, or set TALOS_DIRECTOR_KEY_FILE.`,
    )
  const key = readFileSync(file, 'utf8').trim()
  if (parseSecret(key, 'gsk') === null)
    throw new TalosError('config_invalid', `${file} does not hold a service key (gsk_...).`)
  return key
}
