/**
 * What is left of a life, as a ring that empties.
 * @module
 */

/** The share that is left, 0 to 1; 0 once it is over. Times in epoch ms. */
export function shareLeft(startedAt: number, endsAt: number, now: number): number {
  const life = endsAt - startedAt
  if (life <= 0 || now >= endsAt) return 0
  return Math.min(1, (endsAt - now) / life)
}

/** Circumference of a circle of radius `r` and the part of it that is drawn, for `stroke-dasharray`. */
export function ringDashes(r: number, share: number): string {
  const round = 2 * Math.PI * r
  return `${(round * share).toFixed(2)} ${round.toFixed(2)}`
}
