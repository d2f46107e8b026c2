/**
 * The messages of the bus (design section 5): one schema a channel, used by both ends. Unknown fields are refused,
 * numbers are finite (zod refuses NaN and infinities), Hz and ms are integers, times are ISO 8601 UTC.
 * @module
 */
import { z } from 'zod'
import { CAPABILITIES } from './capabilities.js'
import { isErrorCode } from './errors.js'
import { ID_PATTERN } from './principal.js'
import { flownClockSchema, toldClockSchema } from './station-clock.js'

/** B21: one MQTT packet; plans may be larger because a long pass is a long table. */
export const PACKET_BYTES = 64 * 1024
export const PLAN_BYTES = 256 * 1024

/** Longest life of a command that moves metal by hand, ms (design section 5). */
export const MANUAL_LIFETIME_MS = 5000

/** Longest plan: a HEO pass of 12 h sampled so that the table stays within PLAN_BYTES. */
export const PLAN_SAMPLES = 5000

export const idSchema = z
  .string()
  .regex(ID_PATTERN, 'must be an id: 8 to 64 small letters, digits and dashes')
/** The years that PostgreSQL, JavaScript and a mistyped clock agree upon: 1970 to 2999. */
export const isoTime = z.iso
  .datetime({ offset: false, precision: 3 })
  .regex(/^(?:19[7-9]\d|2\d{3})-/, 'must be between the years 1970 and 2999')
/** No control characters and no half of a surrogate pair: no database stores them, no terminal should see them. */
export const plainText = z.string().regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not hold control characters')
const azimuth = z.number().min(-720).max(1080)
const elevation = z.number().min(-90).max(180)
export const hertz = z.int().min(0).max(1e12)
const sequence = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
const errorCode = z.string().max(40).refine(isErrorCode, 'not an error code of Talos')
export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/)

/** What the mount can do and where it must not go. Degrees and degrees a second, in the mount's own unwrapped frame. */
export const mountSchema = z.strictObject({
  azMin: azimuth,
  azMax: azimuth,
  elMin: elevation,
  elMax: elevation,
  azRate: z.number().positive().max(100),
  elRate: z.number().positive().max(100),
  /** Degrees a second squared. Absent: not known, taken as so large that it does not count. */
  azAccel: z.number().positive().max(1000).optional(),
  elAccel: z.number().positive().max(1000).optional(),
  /** Seconds from the end of a slew until the antenna is still. Absent: 0. */
  settleS: z.number().min(0).max(120).optional(),
  /** Play between the position sensor and the antenna, degrees. Absent: 0, the sensor sits on the antenna's side. */
  azBacklash: z.number().min(0).max(10).optional(),
  elBacklash: z.number().min(0).max(10).optional(),
  /** The controller heeds no move that is smaller, degrees. Absent: 0. */
  deadband: z.number().min(0).max(10).optional(),
  /** Half-power beam width of the antenna. */
  beamwidth: z.number().positive().max(180),
  parkAz: azimuth,
  parkEl: elevation,
  /** Mechanical keep-out: from azFrom eastwards to azTo (compass degrees), nothing below elBelow. */
  keepOut: z
    .array(
      z.strictObject({
        azFrom: z.number().min(0).max(360),
        azTo: z.number().min(0).max(360),
        elBelow: elevation,
      }),
    )
    .max(64),
})
export type Mount = z.infer<typeof mountSchema>

/** Where a station stands: WGS84 degrees, metres above the ellipsoid. */
export const siteSchema = z.strictObject({
  lat: z.number().min(-90).max(90),
  lon: z.number().min(-180).max(180),
  altM: z.number().min(-500).max(9000),
})
export type Site = z.infer<typeof siteSchema>

export const capabilitySchema = z.enum(CAPABILITIES)

export const infoSchema = z.strictObject({
  ts: isoTime,
  version: plainText.max(40),
  bootId: idSchema,
  capabilities: z.array(capabilitySchema).max(CAPABILITIES.length),
  driver: z.strictObject({ kind: z.enum(['rotctld', 'serial', 'simulated']), model: plainText.max(100) }),
  mount: mountSchema,
  keyIssuedAt: isoTime,
  /** The client certificate that it signs in with, when it has one. */
  certificate: z.strictObject({ serial: z.string().regex(/^[0-9a-f]{32}$/), notAfter: isoTime }).optional(),
  /** The `kid`s of the signing keys that it pins; agents before 0.2 do not tell. */
  signingKeys: z
    .array(z.string().regex(/^[A-Za-z0-9_-]{8,64}$/))
    .max(8)
    .optional(),
})
export type Info = z.infer<typeof infoSchema>

export const LIVE_STATES = [
  'idle',
  'slewing',
  'on_target',
  'parked',
  'stowed',
  'safe_hold',
  'degraded',
] as const
export const liveStateSchema = z.enum(LIVE_STATES)
export type LiveState = (typeof LIVE_STATES)[number]

/** Who has the mount: a plan, a person, the way to the park position, a program at the door of the agent. */
export const HOLDERS = ['plan', 'manual', 'park', 'door'] as const
export const holderSchema = z.enum(HOLDERS)
export type Holder = (typeof HOLDERS)[number]

/** The life of a plan inside the agent. */
export const PLAN_PHASES = ['stored', 'prepass', 'tracking', 'done'] as const
export const planPhaseSchema = z.enum(PLAN_PHASES)
export type PlanPhase = (typeof PLAN_PHASES)[number]

export const heldPlanSchema = z.strictObject({
  contactId: idSchema,
  seq: sequence,
  /** SHA-256 of the compact JWS as it came over the wire. */
  hash: sha256Hex,
  phase: planPhaseSchema,
})
export type HeldPlan = z.infer<typeof heldPlanSchema>

/** An agent refuses plans beyond this with `plan_store_full`; keeps `state` within a packet. */
export const MAX_HELD_PLANS = 128

export const onlineStateSchema = z.strictObject({
  ts: isoTime,
  bootId: idSchema,
  seq: sequence,
  link: z.literal('online'),
  state: liveStateSchema,
  /** Why it is degraded or holds, or null. */
  code: errorCode.nullable(),
  /** Null: nobody. Agents that do not tell are older. */
  holder: holderSchema.nullable().optional(),
  /** The plans it holds: the digest from which the director reconciles. */
  plans: z.array(heldPlanSchema).max(MAX_HELD_PLANS),
})
export const offlineStateSchema = z.strictObject({
  ts: isoTime,
  bootId: idSchema,
  /** The Last Will, or a clean goodbye: sets the link flag and nothing else. */
  link: z.literal('offline'),
})
export const stateSchema = z.discriminatedUnion('link', [onlineStateSchema, offlineStateSchema])
export type OnlineState = z.infer<typeof onlineStateSchema>
export type StationState = z.infer<typeof stateSchema>

/** Commanded and measured, always both; null is «none commanded» or «could not be read», never a number made up. */
export const rotTelemetrySchema = z.strictObject({
  ts: isoTime,
  seq: sequence,
  cmdAz: azimuth.nullable(),
  cmdEl: elevation.nullable(),
  az: azimuth.nullable(),
  el: elevation.nullable(),
  /** Angle on the sky between commanded and measured, degrees. */
  errDeg: z.number().min(0).max(180).nullable(),
  /** Whole turns of the cable from the neutral point, signed. */
  turns: z.int().min(-3).max(3),
  state: liveStateSchema,
  /** The last RPRT code of Hamlib; 0 is good. */
  rprt: z.int().min(-100).max(0),
  contactId: idSchema.optional(),
})
export type RotTelemetry = z.infer<typeof rotTelemetrySchema>

export const rigTelemetrySchema = z.strictObject({
  ts: isoTime,
  seq: sequence,
  /** On the air, converters taken into account; null: not tuned, or not readable. */
  downlinkHz: hertz.nullable(),
  uplinkHz: hertz.nullable(),
  /** As Hamlib names it; null outside a pass. */
  mode: plainText.max(20).nullable(),
  /** What the operator has added by the dial, as the satellite sees it. */
  dialHz: z.int().min(-1e12).max(1e12),
  /** The last RPRT code of Hamlib; 0 is good. */
  rprt: z.int().min(-100).max(0),
  contactId: idSchema.optional(),
})
export type RigTelemetry = z.infer<typeof rigTelemetrySchema>

export const healthTelemetrySchema = z.strictObject({
  ts: isoTime,
  seq: sequence,
  uptimeS: z.int().min(0),
  rssMiB: z.number().min(0),
  driverUp: z.boolean(),
  /** Time-outs of the driver in a row. */
  misses: z.int().min(0),
  plans: z.int().min(0),
  diskFreeMiB: z.number().min(0).nullable(),
  /** Of the processor, degrees Celsius; null: the machine does not tell. Agents that do not tell are older. */
  temperatureC: z.number().min(-100).max(200).nullable().optional(),
  clock: toldClockSchema.optional(),
})
export type HealthTelemetry = z.infer<typeof healthTelemetrySchema>

/** How a pass went, as the agent saw it; kept on its disk until the contact is settled. */
export const receiptSchema = z.strictObject({
  contactId: idSchema,
  seq: sequence,
  hash: sha256Hex,
  outcome: z.enum(['completed', 'partial', 'missed', 'failed']),
  code: errorCode.nullable(),
  startedAt: isoTime.nullable(),
  endedAt: isoTime,
  /** Seconds between AOS and LOS in which the error was within half the beam width. */
  onTargetS: z.number().min(0),
  /** Seconds between AOS and LOS for which there was a measurement. */
  trackedS: z.number().min(0),
  rmsErrDeg: z.number().min(0).max(180).nullable(),
  maxErrDeg: z.number().min(0).max(180).nullable(),
  /** Seconds of the pass without a connection to core. */
  autonomyS: z.number().min(0),
  /** Commanded and measured over the pass: ms since t0, then az, el commanded, az, el measured. */
  samples: z
    .array(
      z.tuple([z.int(), azimuth.nullable(), elevation.nullable(), azimuth.nullable(), elevation.nullable()]),
    )
    .max(600),
  clock: flownClockSchema.optional(),
})
export type Receipt = z.infer<typeof receiptSchema>

export const ackSchema = z.strictObject({
  ts: isoTime,
  jti: idSchema,
  op: z.string().max(40),
  result: z.enum(['accepted', 'rejected', 'done']),
  code: errorCode.nullable(),
  detail: z.string().max(500).optional(),
  /** For plans: which, and what was stored. */
  contactId: idSchema.optional(),
  hash: sha256Hex.optional(),
  receipt: receiptSchema.optional(),
})
export type Ack = z.infer<typeof ackSchema>

/** OMM (CCSDS 502.0-B-3) keywords as CelesTrak's JSON has them; numbers are numbers, the id may have nine digits. */
export const ommSchema = z.strictObject({
  OBJECT_NAME: plainText.min(1).max(100),
  OBJECT_ID: plainText.max(20),
  EPOCH: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z?$/),
  MEAN_MOTION: z.number().positive().max(20),
  ECCENTRICITY: z.number().min(0).lt(1),
  INCLINATION: z.number().min(0).max(180),
  RA_OF_ASC_NODE: z.number().min(-360).max(360),
  ARG_OF_PERICENTER: z.number().min(-360).max(360),
  MEAN_ANOMALY: z.number().min(-360).max(360),
  EPHEMERIS_TYPE: z.int(),
  CLASSIFICATION_TYPE: plainText.max(1),
  NORAD_CAT_ID: z.int().min(1).max(999_999_999),
  ELEMENT_SET_NO: z.int().min(0),
  REV_AT_EPOCH: z.int().min(0),
  BSTAR: z.number(),
  MEAN_MOTION_DOT: z.number(),
  MEAN_MOTION_DDOT: z.number(),
})
export type Omm = z.infer<typeof ommSchema>

const samples = z.array(z.number()).min(2).max(PLAN_SAMPLES)

/** What one antenna does for one contact: a table the agent follows alone. */
export const planSchema = z
  .strictObject({
    contactId: idSchema,
    satelliteId: z.string().max(64),
    satelliteName: z.string().max(100),
    omm: ommSchema,
    elementsHash: sha256Hex,
    aos: isoTime,
    tca: isoTime,
    los: isoTime,
    branch: z.strictObject({
      /** Whole turns at the first sample. */
      turns: z.int().min(-3).max(3),
      /** True when any of it is beyond the zenith. */
      flip: z.boolean(),
      /** When the mount leaves the satellite to go round, in a pass that no single branch holds. */
      unwindAt: isoTime.optional(),
    }),
    /** Time of the first sample and the step between samples. */
    t0: isoTime,
    dtMs: z.int().min(100).max(60_000),
    /** Unwrapped mount degrees, one for each sample. */
    az: z.array(azimuth).min(2).max(PLAN_SAMPLES),
    el: z.array(elevation).min(2).max(PLAN_SAMPLES),
    /** km/s, positive when the satellite recedes. */
    rangeRate: samples,
    downlinkHz: hertz.optional(),
    uplinkHz: hertz.optional(),
    prepassAz: azimuth,
    prepassEl: elevation,
    /** When to start towards the prepass position. */
    prepassAt: isoTime,
    onEnd: z.enum(['stop', 'park']),
  })
  .refine((p) => p.az.length === p.el.length && p.az.length === p.rangeRate.length, {
    message: 'az, el and rangeRate must have one value for each sample',
    path: ['az'],
  })
export type Plan = z.infer<typeof planSchema>

export const refreshSchema = z.strictObject({
  ts: isoTime,
  what: z.enum(['keys', 'stations', 'elements', 'campaigns', 'contacts', 'config']),
})
export type Refresh = z.infer<typeof refreshSchema>
