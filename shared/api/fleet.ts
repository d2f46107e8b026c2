/**
 * Bodies of stations, enrollment tokens, enrollment and commands.
 * @module
 */
import { z } from 'zod'
import { mountSchema, plainText, rotTelemetrySchema, sha256Hex, siteSchema, stateSchema } from '../messages.js'
import { publicKeySchema } from '../signed.js'
import {
  csrSchema,
  issuedCertificateSchema,
  stationCertificateSchema,
  stationCredentialSchema,
} from './certificates.js'
import { idSchema, isoTime, nameSchema, pageOf, pageQuery, slugSchema } from './common.js'

export const STATION_STATUSES = ['pending', 'approved', 'rejected', 'revoked'] as const
export const stationStatusSchema = z.enum(STATION_STATUSES)

/** RF elevation mask by azimuth: points of a closed line, linear between them. Not a mechanical limit. */
export const maskSchema = z
  .array(z.strictObject({ az: z.number().min(0).max(360), el: z.number().min(0).max(90) }))
  .max(72)

export const stationSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  status: stationStatusSchema,
  site: siteSchema.nullable(),
  /** Operating minimum elevation, degrees. */
  minElevation: z.number(),
  mask: maskSchema,
  mount: mountSchema.nullable(),
  online: z.boolean(),
  /** The last state message, and when it came. */
  live: stateSchema.nullable(),
  liveAt: isoTime.nullable(),
  agentVersion: z.string().nullable(),
  driver: z.string().nullable(),
  address: z.string().nullable(),
  createdAt: isoTime,
  approvedAt: isoTime.nullable(),
  revokedAt: isoTime.nullable(),
  /** With what it signs in on the bus. */
  credential: stationCredentialSchema,
  /** SHA-256 of the public key (SPKI) that its machine made for itself, hex: what a person compares (E16). */
  fingerprint: sha256Hex.nullable(),
  /** The newest first: always on one station, on lists when they are asked for (E23). */
  certificates: z.array(stationCertificateSchema).optional(),
})
export type Station = z.infer<typeof stationSchema>

export const stationsQuery = pageQuery.extend({
  status: stationStatusSchema.optional(),
  sort: z.enum(['name', 'createdAt', 'status']).default('name'),
})
export const stationsResponse = pageOf(stationSchema)
/** A station that an administrator makes before its agent exists (E13). */
export const stationCreateRequest = z.strictObject({
  name: nameSchema,
  site: siteSchema.optional(),
  minElevation: z.number().min(0).max(89).default(10),
  mask: maskSchema.default([]),
})
export const stationUpdateRequest = z
  .strictObject({
    name: nameSchema,
    site: siteSchema,
    minElevation: z.number().min(0).max(89),
    mask: maskSchema,
    /** Needs `rotate_station_keys`, too. */
    credential: stationCredentialSchema,
  })
  .partial()
/** W5: revoking is confirmed by naming the station. */
export const stationRevokeRequest = z.strictObject({ name: z.string().max(80) })

/** The last telemetry of a station, for readers without MQTT. */
export const positionResponse = z
  .strictObject({ receivedAt: isoTime, telemetry: rotTelemetrySchema })
  .nullable()

export const TOKEN_STATES = ['active', 'consumed', 'expired', 'revoked'] as const
export const enrollmentTokenRequest = z.strictObject({
  /** A note for people: for which station or whom. */
  name: nameSchema,
  /** Bind to a station made beforehand; otherwise the redeeming agent makes its own. */
  stationId: idSchema.optional(),
  /** The redeeming station is approved at once (E13). */
  preApproved: z.boolean().default(true),
  /** E3: 15 minutes unless said otherwise, 7 days at most. */
  ttlMinutes: z.int().min(1).max(10_080).default(15),
})
export const enrollmentTokenSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  state: z.enum(TOKEN_STATES),
  preApproved: z.boolean(),
  stationId: idSchema.nullable(),
  createdBy: z.string(),
  createdAt: isoTime,
  expiresAt: isoTime,
  consumedAt: isoTime.nullable(),
  consumedFrom: z.string().nullable(),
})
export const enrollmentTokenCreated = z.strictObject({
  item: enrollmentTokenSchema,
  /** Shown once: the argument of `talos agent enroll`, secret in the fragment (E32). */
  enrollUrl: z.string(),
  command: z.string(),
})
export const enrollmentTokensResponse = pageOf(enrollmentTokenSchema)

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
