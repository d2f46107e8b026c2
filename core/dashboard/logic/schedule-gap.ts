/**
 * How good a schedule is, for people: its value against the bound that no schedule can pass.
 * @module
 */

export type Gap =
  | { readonly kind: 'unknown' }
  /** Nothing better exists, but for rounding. */
  | { readonly kind: 'best' }
  /** Nothing is worth more than this by more than so many percent. */
  | { readonly kind: 'within'; readonly percent: number }

/** Below this part the two are the same: sums of thousands of worths are rounded. */
const SAME = 5e-5

/** By how much the best schedule that can exist is worth more, at most. */
export function gapOf(value: number | null, bound: number | null): Gap {
  if (value === null || bound === null || value <= 0) return { kind: 'unknown' }
  const share = (bound - value) / value
  return share < SAME ? { kind: 'best' } : { kind: 'within', percent: share * 100 }
}

/** Of the last digits of a division: 2 % must not become 2.1 %. */
const NOISE = 1e-9

/** `0.3`, `1.2`, `14`: two digits are enough to judge it, and never less than it is. */
export const percentText = (percent: number): string =>
  percent < 10 ? (Math.ceil(percent * 10 - NOISE) / 10).toFixed(1) : String(Math.ceil(percent - NOISE))

/** Worths and values as people read them: `45 120`, with thin spaces. */
export const worthText = (worth: number): string =>
  String(Math.round(worth)).replace(/\B(?=(\d{3})+$)/g, '\u202f')
