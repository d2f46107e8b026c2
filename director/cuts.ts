/**
 * Parts of passes, for campaigns that take contacts in part: where another contact needs the antenna at the begin or the
 * end, what is left around the culmination may still be worth booking.
 * @module
 */
import { SECOND } from '../shared/time.js'
import type { Opportunity } from './opportunities.js'

/** The antenna is taken by another then; epoch ms, with all that it needs before and after. */
export interface Taken {
  readonly fromMs: number
  readonly toMs: number
  readonly worth: number
}

/** So many begins and ends of a pass are tried, those beside the most valuable rivals first. */
const MOST_ENDS = 3

/**
 * The pass in all its parts that are worth looking at, the whole of it not among them. Each holds the culmination, so that
 * no two can be booked beside each other, and is as long as the campaign wants at least.
 * @param rivals what else the antenna could do then
 * @param waitMs the antenna is taken for so long before and after the contact itself
 */
export function cuts(
  o: Opportunity,
  rivals: readonly Taken[],
  waitMs: { readonly before: number; readonly after: number },
): Opportunity[] {
  const { aos, los, tca } = o.pass
  const shortest = o.campaign.minDurationS * SECOND
  const byWorth = [...rivals].sort((a, b) => b.worth - a.worth || a.fromMs - b.fromMs)
  const ends = (of: (rival: Taken) => number, from: number, to: number) =>
    [...new Set(byWorth.map(of).filter((ms) => from < ms && ms < to))].slice(0, MOST_ENDS)
  // A begin a moment before the culmination and an end a moment after it keep it inside.
  const begins = [aos, ...ends((rival) => rival.toMs + waitMs.before, aos, tca + 1)]
  const finishes = [los, ...ends((rival) => rival.fromMs - waitMs.after, tca - 1, los)]
  const parts: Opportunity[] = []
  for (const begin of begins)
    for (const end of finishes)
      if ((begin !== aos || end !== los) && end - begin >= shortest && end > begin)
        parts.push({ ...o, pass: { ...o.pass, aos: begin, los: end, durationS: (end - begin) / SECOND } })
  return parts
}
