/**
 * What the environment says, read once and frozen (design section 2).
 * @module
 */

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { AddressSet } from '../broker/address-set.js'
import type { Limits } from '../broker/limits.js'
import { emailSchema } from '../shared/api/common.js'
import { type FieldError, TalosError } from '../shared/errors.js'
import { isLoopback } from '../shared/loopback.js'
import { DAY } from '../shared/time.js'
import { readBrokerLimits } from './broker-limits.js'
import { parseMasterKey } from './crypto/master-key.js'
import { type EnrollmentConfig, readEnrollment } from './enrollment-config.js'
import { readThresholds, type Thresholds } from './health/thresholds.js'
import { type OidcConfig, readOidc } from './oidc-config.js'

export interface TlsFiles {
  readonly certFile: string
  readonly keyFile: string
}

export interface Config {
  readonly production: boolean
  readonly httpHost: string
  /** 0: any free port. */
  readonly httpPort: number
  /** Plain MQTT, on loopback only (B10). */
  readonly mqttPort: number
  /** MQTT over TLS, on HTTP_HOST; opened when there is a certificate. */
  readonly mqttsPort: number
  /** Who forwards MQTT with a PROXY header, and is believed; null: nobody. */
  readonly mqttBalancers: AddressSet | null
  readonly brokerLimits: Limits
  readonly tls: TlsFiles | null
  /** TLS ends in a proxy in front of us, whose X-Forwarded-For is believed. */
  readonly tlsProxy: boolean
  /** Absolute path. */
  readonly dataDir: string
  /** Null: the embedded PostgreSQL. */
  readonly databaseUrl: string | null
  /** Origin, without a slash at the end; null: our own listener. */
  readonly publicUrl: string | null
  /** 32 bytes, from the variable or its file; null: made once in the data directory. */
  readonly masterKey: Buffer | null
  /** While the master key rotates: the one that sealed until now; null otherwise. */
  readonly previousMasterKey: Buffer | null
  /** Null: nobody signs in through a provider. */
  readonly oidc: OidcConfig | null
  /** Lower case; null: whoever opens the owner link first. */
  readonly ownerEmail: string | null
  /** A3: whoever has a mailbox may come in, as a viewer of the first organisation. */
  readonly openSignUp: boolean
  readonly mailer: 'console' | 'smtp'
  readonly smtpUrl: string | null
  readonly mailFrom: string | null
  /** Origins that webhooks may lead to although they are not https on the public internet. */
  readonly webhookOrigins: ReadonlySet<string>
  readonly enrollment: EnrollmentConfig
  /** E30: how long a station uses one key; it renews it by itself before that. */
  readonly stationKeyLifeMs: number
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug'
  /** From which number on health is bad (H2). */
  readonly thresholds: Thresholds
}

const port = z
  .string()
  .regex(/^[0-9]{1,5}$/, 'must be a port number')
  .transform(Number)
  .pipe(z.number().max(65_535, 'must be at most 65535'))
const flag = z.enum(['0', '1'], 'must be 1 or 0').transform((value) => value === '1')
const url = (...schemes: string[]) =>
  z
    .string()
    .max(1000)
    .refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol), {
      error: `must be a URL that begins with ${schemes.map((s) => `${s}//`).join(' or ')}`,
      abort: true,
    })
const origin = url('http:', 'https:')
  .refine((text) => {
    const { pathname, search, hash, username, password } = new URL(text)
    return `${search}${hash}${username}${password}` === '' && pathname === '/'
  }, 'must be scheme, host and port only, such as https://talos.example.org')
  .transform((text) => new URL(text).origin)
const text = z.string().max(1000)
const addresses = z
  .string()
  .max(4000)
  .transform((list, context) => {
    const set = AddressSet.parse(list)
    if (typeof set !== 'string') return set
    context.addIssue({ code: 'custom', message: set })
    return z.NEVER
  })

const variables = z.object({
  NODE_ENV: text.optional(),
  TALOS_HTTP_HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:-]{1,255}$/, 'must be an address or a host name')
    .default('127.0.0.1'),
  TALOS_HTTP_PORT: port.default(8080),
  TALOS_MQTT_PORT: port.default(1883),
  TALOS_MQTTS_PORT: port.default(8883),
  TALOS_MQTT_PROXY_PROTOCOL: addresses.optional(),
  TALOS_TLS_CERT: text.optional(),
  TALOS_TLS_KEY: text.optional(),
  TALOS_TLS_PROXY: flag.default(false),
  TALOS_INSECURE_HTTP: flag.default(false),
  TALOS_DATA_DIR: text.default('./data'),
  TALOS_DATABASE_URL: url('postgresql:', 'postgres:').optional(),
  TALOS_REDIS_URL: z.never('is not supported: this version runs as one core').optional(),
  TALOS_PUBLIC_URL: origin.optional(),
  TALOS_MASTER_KEY: text.optional(),
  TALOS_MASTER_KEY_FILE: text.optional(),
  TALOS_MASTER_KEY_PREVIOUS: text.optional(),
  TALOS_MASTER_KEY_PREVIOUS_FILE: text.optional(),
  TALOS_OWNER_EMAIL: emailSchema.optional(),
  TALOS_OPEN_SIGN_UP: flag.default(false),
  TALOS_STATION_KEY_DAYS: z.coerce
    .number('must be a number of days')
    .int('must be whole days')
    .min(1, 'must be 1 or more')
    .max(3650, 'must be 3650 or less')
    .default(180),
  TALOS_ENROLLMENT_TTL_MINUTES: text.optional(),
  TALOS_ENROLLMENT_MAX_TTL_MINUTES: text.optional(),
  TALOS_ENROLLMENT_ALLOW_MULTI_USE: flag.default(false),
  TALOS_ENROLLMENT_HOURLY_LIMIT: text.optional(),
  TALOS_OIDC_ISSUER: url('http:', 'https:').optional(),
  TALOS_OIDC_CLIENT_ID: text.optional(),
  TALOS_OIDC_CLIENT_SECRET: text.optional(),
  TALOS_OIDC_CLIENT_SECRET_FILE: text.optional(),
  TALOS_OIDC_NAME: text.optional(),
  TALOS_MAILER: z.enum(['console', 'smtp'], 'must be console or smtp').default('console'),
  TALOS_SMTP_URL: url('smtp:', 'smtps:').optional(),
  TALOS_MAIL_FROM: text.optional(),
  TALOS_WEBHOOK_ORIGINS: z
    .string()
    .max(4000)
    .transform((list) => list.split(',').map((one) => one.trim()))
    .pipe(z.array(origin))
    .default([]),
  TALOS_LOG_LEVEL: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'], 'must be silent, error, warn, info or debug')
    .default('info'),
})
type Variables = z.infer<typeof variables>
type Complain = (key: keyof Variables, detail: string) => void

/** What only two variables together can get wrong. */
function checkTogether(env: Variables, complain: Complain): void {
  if ((env.TALOS_TLS_CERT === undefined) !== (env.TALOS_TLS_KEY === undefined))
    complain(
      env.TALOS_TLS_CERT === undefined ? 'TALOS_TLS_CERT' : 'TALOS_TLS_KEY',
      'goes with the other of the pair',
    )
  if (env.TALOS_MAILER === 'smtp' && env.TALOS_SMTP_URL === undefined)
    complain('TALOS_SMTP_URL', 'is needed by TALOS_MAILER=smtp')
  // B10: a plain listener beyond this machine exists only by its name, for a container whose port is published to
  // loopback. Browsers refuse our Secure cookies over http from anywhere else.
  const encrypted = env.TALOS_TLS_CERT !== undefined || env.TALOS_TLS_PROXY
  if (!isLoopback(env.TALOS_HTTP_HOST) && !encrypted && !env.TALOS_INSECURE_HTTP)
    complain(
      'TALOS_HTTP_HOST',
      'is reachable from other machines: give TALOS_TLS_CERT and TALOS_TLS_KEY, or TALOS_TLS_PROXY=1 behind a ' +
        'proxy that ends TLS, or TALOS_INSECURE_HTTP=1 for development',
    )
  const publicUrl = env.TALOS_PUBLIC_URL === undefined ? null : new URL(env.TALOS_PUBLIC_URL)
  if (publicUrl?.protocol === 'http:' && !isLoopback(publicUrl.hostname) && !env.TALOS_INSECURE_HTTP)
    complain('TALOS_PUBLIC_URL', 'must be https unless its host is this machine')
}

/** What production refuses to start without (A8, A9, B10). */
function checkProduction(env: Variables, complain: Complain): void {
  if (env.TALOS_MASTER_KEY === undefined && env.TALOS_MASTER_KEY_FILE === undefined)
    complain('TALOS_MASTER_KEY', 'must be given in production, or TALOS_MASTER_KEY_FILE')
  if (env.TALOS_MAILER !== 'smtp')
    complain('TALOS_MAILER', 'must be smtp in production: the console would print sign-in links')
  if (env.TALOS_PUBLIC_URL === undefined || !env.TALOS_PUBLIC_URL.startsWith('https:'))
    complain('TALOS_PUBLIC_URL', 'must be the https address of this installation in production')
  if (env.TALOS_TLS_CERT === undefined && !env.TALOS_TLS_PROXY)
    complain('TALOS_TLS_CERT', 'and TALOS_TLS_KEY must be given in production, or TALOS_TLS_PROXY=1')
  if (env.TALOS_INSECURE_HTTP) complain('TALOS_INSECURE_HTTP', 'is for development only')
}

/** The key of the variable, or of the file that the variable with `_FILE` names. */
function readMasterKey(
  env: Variables,
  variable: 'TALOS_MASTER_KEY' | 'TALOS_MASTER_KEY_PREVIOUS',
  readText: (file: string) => string,
  complain: Complain,
): Buffer | null {
  const fileVariable = `${variable}_FILE` as const
  const file = env[fileVariable]
  let value = env[variable]
  if (value !== undefined && file !== undefined)
    complain(fileVariable, `and ${variable} cannot both be given`)
  const name = value === undefined ? fileVariable : variable
  if (value === undefined) {
    if (file === undefined) return null
    try {
      value = readText(file)
    } catch (error) {
      complain(name, `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`)
      return null
    }
  }
  const key = parseMasterKey(value)
  if (typeof key !== 'string') return key
  complain(name, key)
  return null
}

function invalid(errors: readonly FieldError[]): TalosError {
  const lines = errors.map((e) => `${e.pointer.slice(1)} ${e.detail}`)
  return new TalosError('config_invalid', lines.join('; '), { errors })
}

/**
 * Reads and checks the whole environment; an empty variable counts as unset.
 * @throws TalosError `config_invalid` that names every wrong variable
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  readText: (file: string) => string = (file) => readFileSync(file, 'utf8'),
): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = variables.safeParse(given)
  const errors: FieldError[] = (parsed.error?.issues ?? []).map((issue) => ({
    pointer: `/${issue.path.join('/')}`,
    detail: issue.message,
  }))
  const isNamed = (key: string) => errors.some((error) => error.pointer === `/${key}`)
  // Without the wrong ones, so that what is wrong between the others is named in the same breath.
  const env = variables.parse(Object.fromEntries(Object.entries(given).filter(([key]) => !isNamed(key))))
  const complain = (key: string, detail: string): void => {
    if (!isNamed(key)) errors.push({ pointer: `/${key}`, detail })
  }
  checkTogether(env, complain)
  const production = env.NODE_ENV === 'production'
  if (production) checkProduction(env, complain)
  const masterKey = readMasterKey(env, 'TALOS_MASTER_KEY', readText, complain)
  const oidc = readOidc(env, readText, complain)
  const previousMasterKey = readMasterKey(env, 'TALOS_MASTER_KEY_PREVIOUS', readText, complain)
  const thresholds = readThresholds(environment, complain)
  const enrollment = readEnrollment(env, complain)
  const brokerLimits = readBrokerLimits(environment, complain)
  if (errors.length > 0) throw invalid(errors)
  const tls =
    env.TALOS_TLS_CERT === undefined || env.TALOS_TLS_KEY === undefined
      ? null
      : Object.freeze({ certFile: env.TALOS_TLS_CERT, keyFile: env.TALOS_TLS_KEY })
  return Object.freeze({
    production,
    httpHost: env.TALOS_HTTP_HOST,
    httpPort: env.TALOS_HTTP_PORT,
    mqttPort: env.TALOS_MQTT_PORT,
    mqttsPort: env.TALOS_MQTTS_PORT,
    mqttBalancers: env.TALOS_MQTT_PROXY_PROTOCOL ?? null,
    brokerLimits,
    tls,
    tlsProxy: env.TALOS_TLS_PROXY,
    dataDir: path.resolve(env.TALOS_DATA_DIR),
    databaseUrl: env.TALOS_DATABASE_URL ?? null,
    publicUrl: env.TALOS_PUBLIC_URL ?? null,
    masterKey,
    previousMasterKey,
    oidc,
    ownerEmail: env.TALOS_OWNER_EMAIL ?? null,
    openSignUp: env.TALOS_OPEN_SIGN_UP,
    mailer: env.TALOS_MAILER,
    smtpUrl: env.TALOS_SMTP_URL ?? null,
    mailFrom: env.TALOS_MAIL_FROM ?? null,
    webhookOrigins: new Set(env.TALOS_WEBHOOK_ORIGINS),
    enrollment,
    stationKeyLifeMs: env.TALOS_STATION_KEY_DAYS * DAY,
    logLevel: env.TALOS_LOG_LEVEL,
    thresholds,
  })
}
