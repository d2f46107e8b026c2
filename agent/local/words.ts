/**
 * What the person beside the antenna and the running agent say to each other: a line of JSON each way, one question a
 * connection. No network, no credential: who may open the socket is asked by the file system.
 * @module
 */
import { z } from 'zod'
import { isErrorCode } from '../../shared/errors.js'
import {
  holderSchema,
  idSchema,
  isoTime,
  liveStateSchema,
  mountSchema,
  planPhaseSchema,
} from '../../shared/messages.js'
import { toldClockSchema } from '../../shared/station-clock.js'
import { DAY, SECOND } from '../../shared/time.js'
import { offsetSchema, offsetShape } from '../calibration.js'

export const MOST_LEASE_S = (7 * DAY) / SECOND
/** The agent keeps so many lines of its log in memory. */
export const MOST_LINES = 500

const angle = z.number()

export const requestSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.enum(['status', 'stop', 'park', 'hold', 'release']) }),
  /** Begins a motion by hand; it ends by itself unless it is renewed. */
  z.strictObject({ op: z.literal('move'), az: angle, el: angle }),
  /** Fresh authority for the motion by hand that `move` began. */
  z.strictObject({ op: z.literal('renew'), id: idSchema }),
  /** How the cable is wound: the mount is there, unwrapped. */
  z.strictObject({ op: z.literal('wound'), az: angle }),
  /** 0: ends it. */
  z.strictObject({ op: z.literal('lease'), forS: z.int().min(0).max(MOST_LEASE_S) }),
  /** What the mount is to be off by from the next start on; nothing moves by it now. */
  z.strictObject({ op: z.literal('calibrate'), ...offsetShape }),
  z.strictObject({ op: z.literal('logs'), lines: z.int().min(1).max(MOST_LINES) }),
])
export type LocalRequest = z.infer<typeof requestSchema>
export type LocalOp = LocalRequest['op']

const errorCode = z.string().refine(isErrorCode)
const azEl = z.strictObject({ az: angle, el: angle })

export const logLineSchema = z.strictObject({
  ts: isoTime,
  level: z.enum(['info', 'warn', 'error']),
  message: z.string(),
  facts: z.record(z.string(), z.unknown()),
})
export type LogLine = z.infer<typeof logLineSchema>

export const statusSchema = z.strictObject({
  version: z.string(),
  bootId: idSchema,
  pid: z.int(),
  upS: z.int().min(0),
  ts: isoTime,
  isLinked: z.boolean(),
  /** Why core lets the station do nothing, or null. */
  barred: z.strictObject({ code: errorCode, reason: z.string() }).nullable(),
  state: liveStateSchema,
  /** Why it holds or is degraded, or null. */
  code: errorCode.nullable(),
  holder: holderSchema.nullable(),
  /** What is known of the machine's clock: whether passes can be flown by it. */
  clock: toldClockSchema,
  /** The contact whose plan has the antenna, or null. */
  contactId: idSchema.nullable(),
  driver: z.strictObject({ kind: z.string(), model: z.string() }),
  mount: mountSchema,
  /** What the controller's degrees are off by, now and from the next start on. */
  offset: z.strictObject({ now: offsetSchema, next: offsetSchema }),
  /** Null: not readable. */
  measured: azEl.nullable(),
  commanded: azEl.nullable(),
  /** Where the controller forgets whole turns: what it shows, and which azimuths of the mount that could be. */
  turn: z.strictObject({ shown: angle, could: z.array(angle) }).nullable(),
  /** The door for other programs; null when there is none. */
  door: z
    .strictObject({
      port: z.int().nullable(),
      policy: z.enum(['asked', 'always']),
      programs: z.int().min(0),
      /** Why it is not open, or null. */
      fault: z.string().nullable(),
      isLeased: z.boolean(),
      /** Null: no lease, or one without an end. */
      leaseUntil: isoTime.nullable(),
    })
    .nullable(),
  plans: z.array(
    z.strictObject({
      contactId: idSchema,
      satellite: z.string(),
      prepassAt: isoTime,
      aos: isoTime,
      los: isoTime,
      phase: planPhaseSchema,
    }),
  ),
  /** Receipts that core has not acknowledged. */
  receiptsWaiting: z.int().min(0),
  /** The last message that was refused, or null. */
  lastRefusal: logLineSchema.nullable(),
})
export type LocalStatus = z.infer<typeof statusSchema>

export const moveSchema = z.strictObject({
  id: idSchema,
  /** To be renewed within this time. */
  lifetimeMs: z.int().positive(),
})
export const renewSchema = z.strictObject({
  how: z.enum(['moving', 'arrived', 'ended']),
  measured: azEl.nullable(),
})
export const leaseSchema = z.strictObject({ until: isoTime.nullable() })
export const logsSchema = z.array(logLineSchema)

export const answerSchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), result: z.unknown() }),
  z.strictObject({ ok: z.literal(false), code: errorCode, detail: z.string() }),
])
export type LocalAnswer = z.infer<typeof answerSchema>
