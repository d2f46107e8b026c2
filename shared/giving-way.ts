/**
 * Of contacts that people have fixed, and that newer elements have moved into each other, which one gives way. Pure; core
 * and director decide by the same rule.
 * @module
 */
import { SECOND } from './time.js'

/** A contact that stands. Epoch ms; seconds before and after for which it takes the antenna, too. */
export interface Firm {
  readonly id: string
  readonly stationId: string
  readonly satelliteId: string
  readonly aosMs: number
  readonly losMs: number
  readonly prepassS: number
  readonly postpassS: number
  /** 1 to 10, 10 highest. */
  readonly priority: number
  /** It is being flown, or about to be: it gives way to nothing. */
  readonly isRunning: boolean
}

/** From going into place to leaving. */
export const boundSpan = ({
  aosMs,
  losMs,
  prepassS,
  postpassS,
}: Pick<Firm, 'aosMs' | 'losMs' | 'prepassS' | 'postpassS'>) => ({
  fromMs: aosMs - prepassS * SECOND,
  toMs: losMs + postpassS * SECOND,
})

type Near = Parameters<typeof boundSpan>[0] & Pick<Firm, 'satelliteId'>

/**
 * Do both take one antenna at once, or with too little between them to turn it? Between two pieces of one pass nothing is
 * turned.
 */
export function isTooClose(a: Near, b: Near, betweenMs: number): boolean {
  if (a.satelliteId === b.satelliteId && (a.losMs === b.aosMs || b.losMs === a.aosMs)) return false
  const [one, other] = [boundSpan(a), boundSpan(b)]
  return one.fromMs < other.toMs + betweenMs && other.fromMs < one.toMs + betweenMs
}

const byRank = (a: Firm, b: Firm): number =>
  Number(b.isRunning) - Number(a.isRunning) ||
  b.priority - a.priority ||
  a.aosMs - b.aosMs ||
  (a.id < b.id ? -1 : 1)

/**
 * Each that gives way, with the one to which it does: what runs stands, then the higher priority, then the earlier.
 * @param betweenMs what a station needs between two contacts
 */
export function givingWay<T extends Firm>(
  contacts: readonly T[],
  betweenMs: (stationId: string) => number,
): Map<T, T> {
  const standing = new Map<string, T[]>()
  const given = new Map<T, T>()
  for (const contact of [...contacts].sort(byRank)) {
    const there = standing.get(contact.stationId) ?? []
    standing.set(contact.stationId, there)
    const rival = contact.isRunning
      ? undefined
      : there.find((other) => isTooClose(contact, other, betweenMs(contact.stationId)))
    if (rival === undefined) there.push(contact)
    else given.set(contact, rival)
  }
  return given
}
