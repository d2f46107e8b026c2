/**
 * Bodies of stations, enrollment tokens, enrollment and commands.
 * @module
 */
import { z } from 'zod'
import { CAPABILITIES } from '../capabilities.js'
import {
  capabilitySchema,
  mountSchema,
  plainText,
  rotTelemetrySchema,
  sha256Hex,
  siteSchema,
  stateSchema,
} from '../messages.js'
import { publicKeySchema } from '../signed.js'
import {
  csrSchema,
  issuedCertificateSchema,
  stationCertificateSchema,
  stationCredentialSchema,
} from './certificates.js'
import { idSchema, includeOf, isoTime, nameSchema, pageOf, pageQuery, slugSchema } from './common.js'
import { stationControlSchema } from './control.js'
import { maintenanceSchema } from './maintenance.js'
import { radioBandsSchema } from './radio.js'
import { stationKeySchema, stationLockSchema } from './station-keys.js'

export const STATION_STATUSES = ['pending', 'approved', 'rejected', 'revoked'] as const
export const stationStatusSchema = z.enum(STATION_STATUSES)

/** RF elevation mask by azimuth: points of a closed line, linear between them. Not a mechanical limit. */
export const maskSchema = z
  .array(z.strictObject({ az: z.number().min(0).max(360), el: z.number().min(0).max(90) }))
  .max(72)

/** E14: at least one, none twice. */
export const capabilitiesSchema = z
  .array(capabilitySchema)
  .min(1)
  .max(CAPABILITIES.length)
  .refine((list) => new Set(list).size === list.length, 'must not name one twice')

/** E9: is there a token with which an agent could become this station, or was there one? */
export const ENROLLMENT_BADGES = ['active', 'used', 'expired', 'none'] as const

export const stationSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  status: stationStatusSchema,
  site: siteSchema.nullable(),
  /** Operating minimum elevation, degrees. */
  minElevation: z.number(),
  mask: maskSchema,
  /** What its radio can receive and send; empty: not stated, which restricts nothing. */
  rf: radioBandsSchema,
  mount: mountSchema.nullable(),
  online: z.boolean(),
  /** The last state message, and when it came. */
  live: stateSchema.nullable(),
  liveAt: isoTime.nullable(),
  /** What it may do, as its token or a person said; its agent may announce no more (E14). */
  capabilities: z.array(capabilitySchema),
  agentVersion: z.string().nullable(),
  hostname: z.string().nullable(),
  platform: z.string().nullable(),
  driver: z.string().nullable(),
  address: z.string().nullable(),
  /** E9, with the end of the token that is `active`. */
  enrollment: z.enum(ENROLLMENT_BADGES),
  enrollmentExpiresAt: isoTime.nullable(),
  createdAt: isoTime,
  approvedAt: isoTime.nullable(),
  revokedAt: isoTime.nullable(),
  /** With what it signs in on the bus. */
  credential: stationCredentialSchema,
  /** SHA-256 of the public key (SPKI) that its machine made for itself, hex: what a person compares (E16). */
  fingerprint: sha256Hex.nullable(),
  /** The newest first: always on one station, on lists when they are asked for (E23). */
  certificates: z.array(stationCertificateSchema).optional(),
  /** E22: it is revoked then; null: never. */
  expiresAt: isoTime.nullable(),
  /** Null: it is in use. */
  locked: stationLockSchema.nullable(),
  /** Who has control by hand; null: nobody. */
  control: stationControlSchema.nullable(),
  /** Windows that are not over, the soonest first. */
  maintenance: z.array(maintenanceSchema),
  /** The newest first: always on one station, on lists when they are asked for (E23). */
  keys: z.array(stationKeySchema).optional(),
})
export type Station = z.infer<typeof stationSchema>

export const stationsQuery = pageQuery.extend({
  status: stationStatusSchema.optional(),
  sort: z.enum(['name', 'createdAt', 'status']).default('name'),
  /** E23. */
  include: includeOf(['keys', 'certificates']),
})
export const stationsResponse = pageOf(stationSchema)
/** A station that an administrator makes before its agent exists (E13). */
export const stationCreateRequest = z.strictObject({
  name: nameSchema,
  site: siteSchema.optional(),
  minElevation: z.number().min(0).max(89).default(10),
  mask: maskSchema.default([]),
  capabilities: capabilitiesSchema.optional(),
  /** E22. */
  expiresAt: isoTime.optional(),
})
export const stationUpdateRequest = z
  .strictObject({
    name: nameSchema,
    site: siteSchema,
    minElevation: z.number().min(0).max(89),
    mask: maskSchema,
    rf: radioBandsSchema,
    /** Needs `rotate_station_keys`, too. */
    credential: stationCredentialSchema,
    capabilities: capabilitiesSchema,
    /** E22: needs `remove_stations`, as revoking does; null takes the date away. */
    expiresAt: isoTime.nullable(),
  })
  .partial()
/**
 * What became of telling a station that is being locked: its antenna stands still; it has heard; it did not answer in
 * time; it was not connected. In the last two it flies the plans that it holds until it hears of the lock.
 */
export const LOCK_HEARD = ['stopped', 'told', 'silent', 'absent'] as const
export const stationLockAnswer = stationSchema.extend({ told: z.enum(LOCK_HEARD) })
/** W5: revoking is confirmed by naming the station. */
export const stationRevokeRequest = z.strictObject({ name: z.string().max(80) })

/** The last telemetry of a station, for readers without MQTT. */
export const positionResponse = z
  .strictObject({ receivedAt: isoTime, telemetry: rotTelemetrySchema })
  .nullable()

export const TOKEN_STATES = ['active', 'consumed', 'expired', 'revoked'] as const
/** E3: no token lives longer, whatever the server's setting. */
export const MAX_TTL_MINUTES = 10_080
/** Stations of one roster, and uses of one token. */
export const MAX_BATCH = 500

/** What one token and those of a roster have in common. */
const tokenTerms = {
  /**
   * The redeeming station is approved at once (E13). Left out: yes, unless the token is for several stations, where it
   * cannot be (E2).
   */
  preApproved: z.boolean().optional(),
  /** E3: left out, the server's setting, which is 15 unless changed; at most the server's maximum. */
  ttlMinutes: z.int().min(1).max(MAX_TTL_MINUTES).optional(),
  /** E14: the redeeming station gets these and no more. Left out: those of the station made beforehand, else a rotator. */
  capabilities: capabilitiesSchema.optional(),
}
export const enrollmentTokenRequest = z.strictObject({
  /** A note for people: for which station or whom. */
  name: nameSchema,
  /** E6: for whom it is issued: a name, a mail address. */
  recipient: nameSchema.optional(),
  /** Bind to a station made beforehand; otherwise the redeeming agent makes its own. */
  stationId: idSchema.optional(),
  /** E2: more than one needs the server's `TALOS_ENROLLMENT_ALLOW_MULTI_USE`. */
  maxUses: z.int().min(1).max(MAX_BATCH).default(1),
  /** E8: yes, although one for this station is active, or an agent has just used one. */
  confirm: z.literal(true).optional(),
  ...tokenTerms,
})
export type EnrollmentTokenRequest = z.infer<typeof enrollmentTokenRequest>
export const enrollmentTokenSchema = z.strictObject({
  id: idSchema,
  /** E5: the public part of the token, to compare with a paper or a log: it begins with `gse_<keyId>_`. */
  keyId: z.string(),
  name: z.string(),
  recipient: z.string().nullable(),
  state: z.enum(TOKEN_STATES),
  preApproved: z.boolean(),
  capabilities: z.array(capabilitySchema),
  maxUses: z.int(),
  uses: z.int(),
  /** E10: those of one roster share it. */
  batchId: idSchema.nullable(),
  /** The station that it made (the first of them), or is for. */
  stationId: idSchema.nullable(),
  /** E33: the stations that joined with it. */
  stationIds: z.array(idSchema),
  /** E6: the e-mail is null when it was no person, or one who is gone. */
  issuedBy: z.strictObject({ id: z.string(), email: z.string().nullable() }),
  createdAt: isoTime,
  expiresAt: isoTime,
  /** When the last of its uses was used up. */
  consumedAt: isoTime.nullable(),
  /** E33, with the address that used it last. */
  lastUsedAt: isoTime.nullable(),
  consumedFrom: z.string().nullable(),
})
export type EnrollmentToken = z.infer<typeof enrollmentTokenSchema>
export const enrollmentTokenCreated = z.strictObject({
  item: enrollmentTokenSchema,
  /** Shown once: the argument of `talos agent enroll`, secret in the fragment (E32). */
  enrollUrl: z.string(),
  /** Where Talos is already. */
  command: z.string(),
  /** Where it is not: fetches the agent from this core, and joins. Null when this core has none to give. */
  installCommand: z.string().nullable(),
  /** SHA-256 of that agent, hex: what the installer prints is to be the same. */
  agentSha256: z.string().nullable(),
})
/** `createdAt` and `expiresAt`: the latest first; `name` and `state` as in a dictionary (E24). */
export const enrollmentTokensQuery = pageQuery.extend({
  sort: z.enum(['name', 'createdAt', 'expiresAt', 'state']).default('createdAt'),
  state: z.enum(TOKEN_STATES).optional(),
  batchId: idSchema.optional(),
  stationId: idSchema.optional(),
})
export const enrollmentTokensResponse = pageOf(enrollmentTokenSchema)

/** What the server allows of a token (E2, E3): for forms. */
export const enrollmentSettingsResponse = z.strictObject({
  ttlMinutes: z.int(),
  maxTtlMinutes: z.int(),
  multiUse: z.boolean(),
})

/** One line of a roster (E10). */
export const rosterRowSchema = z.strictObject({
  name: nameSchema,
  /** What people call the place: stands behind the name in the token's note and on the printed sheet. */
  place: nameSchema.optional(),
  site: siteSchema.optional(),
  recipient: nameSchema.optional(),
})
/** E10: `csv` or `rows`; each line makes one station and one token for it, all of them or none. */
export const rosterRequest = z
  .strictObject({
    csv: z.string().min(1).max(200_000).optional(),
    rows: z.array(rosterRowSchema).min(1).max(MAX_BATCH).optional(),
    /** Look, and make nothing. */
    dryRun: z.boolean().default(false),
    /** E8: lines that name a station without an agent get a new token for it, and its earlier ones end. */
    confirm: z.literal(true).optional(),
    ...tokenTerms,
  })
  .refine(({ csv, rows }) => (csv === undefined) !== (rows === undefined), 'must hold csv or rows, not both')
export type RosterRequest = z.infer<typeof rosterRequest>
export const rosterResponse = z.strictObject({
  /** Null when nothing was made. */
  batchId: idSchema.nullable(),
  /** What the roster says, as it was understood. */
  rows: z.array(
    rosterRowSchema.extend({
      line: z.int(),
      /** Where there is a station of this name already. */
      stationId: idSchema.optional(),
    }),
  ),
  /** Empty when nothing was made. In the order of the lines. */
  items: z.array(enrollmentTokenCreated.extend({ line: z.int(), station: stationSchema })),
  /** Only of a `dryRun`: without it a roster with errors is refused, with the same as `/csv/<line>/<column>`. */
  errors: z.array(z.strictObject({ line: z.int(), column: z.string(), message: z.string() })),
})
export type RosterResponse = z.infer<typeof rosterResponse>

/** `POST enroll`: the agent redeems a token. The nonce makes a repeat within 60 s harmless (E29). */
export const enrollRequestSchema = z.strictObject({
  token: z.string().max(100),
  nonce: idSchema,
  /** E16: for the key pair that the machine made for itself. Its private half never leaves it. */
  csr: csrSchema.optional(),
  name: nameSchema.optional(),
  site: siteSchema.optional(),
  mount: mountSchema,
  agent: z.strictObject({
    version: plainText.max(40),
    hostname: plainText.max(255),
    platform: plainText.max(80),
  }),
})
export type EnrollRequest = z.infer<typeof enrollRequestSchema>

/** What an approved agent keeps: its identity, its key (shown once), whom to trust. */
export const stationGrantSchema = z.strictObject({
  stationId: idSchema,
  name: z.string(),
  org: slugSchema,
  key: z.string(),
  keyIssuedAt: isoTime,
  /** E30: from then on the station asks for the next key. */
  keyRenewAt: isoTime,
  /** `mqtts://host:8883`, or `mqtt://127.0.0.1:1883` on one machine. */
  mqttUrl: z.string(),
  /** There when the request brought a `csr`. */
  certificate: issuedCertificateSchema.optional(),
  signingKeys: z.array(publicKeySchema).min(1).max(8),
})
export type StationGrant = z.infer<typeof stationGrantSchema>

export const enrollResponseSchema = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('approved'), grant: stationGrantSchema }),
  /** Wait for a person: ask `GET enroll/{enrollmentId}` with this secret as Bearer, every `pollSeconds` (E17). */
  z.strictObject({
    status: z.literal('pending'),
    enrollmentId: idSchema,
    stationId: idSchema,
    pollSecret: z.string(),
    pollSeconds: z.int(),
    expiresAt: isoTime,
  }),
])
export type EnrollResponse = z.infer<typeof enrollResponseSchema>
/** `GET enroll/{id}`: rejected and expired are errors `enrollment_denied` and `enrollment_token_invalid`. */
export const enrollPollResponseSchema = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('approved'), grant: stationGrantSchema }),
  z.strictObject({ status: z.literal('pending'), pollSeconds: z.int() }),
])

export const commandSchemaOut = z.strictObject({
  id: idSchema,
  stationId: idSchema,
  op: z.string(),
  args: z.record(z.string(), z.unknown()),
  actor: z.string(),
  issuedAt: isoTime,
  result: z.enum(['sent', 'accepted', 'rejected', 'done', 'timeout']),
  code: z.string().nullable(),
  ackedAt: isoTime.nullable(),
})
export type CommandRecord = z.infer<typeof commandSchemaOut>
export const commandsQuery = pageQuery.extend({ station: idSchema.optional() })
export const commandsResponse = pageOf(commandSchemaOut)
