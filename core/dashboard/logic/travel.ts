/**
 * The travel of one axis as a bar.
 * @module
 */

/** Where a value lies on its travel, percent from its low end, held inside it; null where there is none. */
export const onTravel = (value: number | null, low: number, high: number): number | null =>
  value === null
    ? null
    : Number((((Math.min(high, Math.max(low, value)) - low) / (high - low)) * 100).toFixed(2))
