/**
 * Judges each pass of the chaos run by three witnesses: what the mount truly did, what core has in its database, what the
 * bus carried. Pure.
 * @module
 */
import { contactStateSchema, isTerminal } from '../../../shared/api/contacts.js'
import { isErrorCode } from '../../../shared/errors.js'
import type { ContactRow } from './conductor.js'
import type { Deed } from './mischief.js'

export interface Evidence {
  readonly name: string
  readonly contactId: string
  readonly aosMs: number
  readonly losMs: number
  /** Seconds between AOS and LOS in which the mount truly pointed within half the beam. */
  readonly onTargetS: number
  readonly row: ContactRow
  /** Its receipts on the bus, each text as often as it came. */
  readonly told: readonly string[]
  /** What was done to its station, at any time. */
  readonly deeds: readonly Deed[]
}

/** The agent calls a pass completed at 0.9 by its own readings; the witness looks at other moments. */
const TRACKED = 0.8
/** Trouble that is over for so long before AOS is past. */
const CALM_MS = 12_000

/** From LOS until the receipt is on the disk. */
const SETTLED_MS = 2000

export interface Verdict {
  readonly isTracked: boolean
  readonly isCalm: boolean
  /** Neither tracked nor ended in a state that says why. */
  readonly unnamed: string | null
  readonly isLost: boolean
  readonly isDoubled: boolean
  /** Said to be over before it had begun. */
  readonly isEarly: boolean
  /** Deliveries of the same receipt beyond the first; core keeps one. */
  readonly repeats: number
}

function unnamedEnd({ row }: Evidence, isTracked: boolean): string | null {
  const state = contactStateSchema.parse(row.state)
  if (!isTerminal(state)) return `is still ${state}`
  if (state === 'completed') return isTracked ? null : 'is called completed and was not tracked'
  return isErrorCode(row.cause) ? null : `is ${state} for «${row.cause}»`
}

export function judge(evidence: Evidence): Verdict {
  const { row, told, deeds, contactId, aosMs, losMs, onTargetS } = evidence
  // By how much the station's clock was off, where that is within the beam, and told.
  const offMs = Math.abs(row.receipt?.clock?.offsetMs ?? 0)
  const isTracked = onTargetS * 1000 + offMs >= TRACKED * (losMs - aosMs)
  // Who has lost its own record of a pass to a bad disk tells of it what is left, or nothing.
  const isDamaged = deeds.some(
    ({ damaged, fromMs, untilMs }) =>
      damaged.some((file) => file.includes(contactId)) ||
      (damaged.includes('pass.json') && fromMs < losMs + SETTLED_MS && untilMs > aosMs),
  )
  const hadPlan = row.history.some((state) => ['uploaded', 'prepass', 'tracking'].includes(state))
  const ends = row.history.filter((state) => isTerminal(contactStateSchema.parse(state))).length
  const distinct = new Set(told).size
  return {
    isTracked,
    isCalm: !deeds.some(({ fromMs, untilMs }) => fromMs < losMs && untilMs > aosMs - CALM_MS),
    unnamed: unnamedEnd(evidence, isTracked),
    isLost: hadPlan && row.receiptAt === null && !isDamaged,
    isDoubled: ends > 1 || (distinct > 1 && !isDamaged),
    isEarly: row.receiptAt !== null && row.receiptAt.getTime() < aosMs,
    repeats: Math.max(0, told.length - distinct),
  }
}
