/**
 * How well a pass is followed, added up reading by reading. Plain data, so that it can be kept on disk and taken up
 * after a restart in mid-pass.
 * @module
 */
import { z } from 'zod'
import { type AzEl, separation } from '../shared/angles.js'
import { type ErrorCode, isErrorCode } from '../shared/errors.js'
import { idSchema, type Plan, type Receipt, receiptSchema } from '../shared/messages.js'
import { iso, SECOND } from '../shared/time.js'

export const passRecordSchema = z.strictObject({
  contactId: idSchema,
  hash: z.string(),
  startedMs: z.number().nullable(),
  /** Time of the last reading that was counted, epoch ms. */
  lastMs: z.number().nullable(),
  onTargetS: z.number(),
  trackedS: z.number(),
  sumSquares: z.number(),
  maxErrDeg: z.number(),
  autonomyS: z.number(),
  samples: receiptSchema.shape.samples,
  sampledMs: z.number().nullable(),
  /** By which clock. */
  clock: receiptSchema.shape.clock.unwrap().nullable(),
  /** Why it is not followed, as last heard. */
  code: z.string().refine(isErrorCode).nullable(),
})
export type PassRecord = z.infer<typeof passRecordSchema>

export const emptyRecord = (contactId: string, hash: string): PassRecord => ({
  contactId,
  hash,
  startedMs: null,
  lastMs: null,
  onTargetS: 0,
  trackedS: 0,
  sumSquares: 0,
  maxErrDeg: 0,
  autonomyS: 0,
  samples: [],
  sampledMs: null,
  clock: null,
  code: null,
})

/** A gap in the readings counts for no more than this: two paces of the slow loop. */
const LONGEST_STEP_S = 1
const MOST_SAMPLES = 600

const centi = (deg: number): number => Math.round(deg * 100) / 100

export interface Sighting {
  readonly wallMs: number
  /** Where the plan wants the mount at that time. */
  readonly wanted: AzEl
  readonly measured: AzEl | null
  readonly isLinked: boolean
}

/** The record after one more reading; what lies before AOS or after LOS does not count. */
export function observe(record: PassRecord, plan: Plan, beamwidth: number, seen: Sighting): PassRecord {
  const aos = Date.parse(plan.aos)
  const los = Date.parse(plan.los)
  const { wallMs, wanted, measured, isLinked } = seen
  if (wallMs < aos || wallMs > los) return record
  const since = record.lastMs ?? aos
  const seconds = Math.min(Math.max(0, wallMs - since) / SECOND, LONGEST_STEP_S)
  const everyMs = Math.max(SECOND, Math.ceil((los - aos) / MOST_SAMPLES))
  const isDue = record.sampledMs === null || wallMs - record.sampledMs >= everyMs
  const next: PassRecord = {
    ...record,
    startedMs: record.startedMs ?? wallMs,
    lastMs: wallMs,
    autonomyS: record.autonomyS + (isLinked ? 0 : seconds),
  }
  if (isDue && record.samples.length < MOST_SAMPLES) {
    next.sampledMs = wallMs
    next.samples = [
      ...record.samples,
      [
        Math.round(wallMs - Date.parse(plan.t0)),
        centi(wanted.az),
        centi(wanted.el),
        measured === null ? null : centi(measured.az),
        measured === null ? null : centi(measured.el),
      ],
    ]
  }
  if (measured === null) return next
  const error = separation(wanted, measured)
  return {
    ...next,
    trackedS: record.trackedS + seconds,
    onTargetS: record.onTargetS + (error <= beamwidth / 2 ? seconds : 0),
    sumSquares: record.sumSquares + error * error * seconds,
    maxErrDeg: Math.max(record.maxErrDeg, error),
  }
}

/** Part of the pass that must be on target for it to be called completed. */
const COMPLETED_SHARE = 0.9

function outcomeOf(record: PassRecord, plan: Plan): Pick<Receipt, 'outcome' | 'code'> {
  const lengthS = (Date.parse(plan.los) - Date.parse(plan.aos)) / SECOND
  if (record.onTargetS >= COMPLETED_SHARE * lengthS) return { outcome: 'completed', code: null }
  const code = record.code as ErrorCode | null
  if (record.onTargetS > 0) return { outcome: 'partial', code: code ?? 'off_target' }
  if (record.startedMs === null && code === null) return { outcome: 'missed', code: 'agent_not_running' }
  return { outcome: 'failed', code: code ?? 'off_target' }
}

const milli = (value: number): number => Math.round(value * 1000) / 1000

/** What is told of the pass. */
export function receiptOf(record: PassRecord, plan: Plan, seq: number, endedMs: number): Receipt {
  const { trackedS, sumSquares } = record
  return {
    contactId: record.contactId,
    seq,
    hash: record.hash,
    ...outcomeOf(record, plan),
    startedAt: record.startedMs === null ? null : iso(record.startedMs),
    endedAt: iso(endedMs),
    onTargetS: milli(record.onTargetS),
    trackedS: milli(trackedS),
    rmsErrDeg: trackedS === 0 ? null : milli(Math.sqrt(sumSquares / trackedS)),
    maxErrDeg: trackedS === 0 ? null : milli(record.maxErrDeg),
    autonomyS: milli(record.autonomyS),
    samples: record.samples,
    ...(record.clock === null ? {} : { clock: record.clock }),
  }
}
