/** The q-th quantile (0 to 1), by the nearest rank; NaN of nothing. */
export function quantile(values: Iterable<number>, q: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN
}

/** The middle value; of an even number the mean of the two in the middle. NaN of nothing. */
export function median(values: Iterable<number>): number {
  const sorted = Float64Array.from(values).sort()
  const half = sorted.length / 2
  const above = sorted[Math.floor(half)] ?? Number.NaN
  return sorted.length % 2 === 1 ? above : ((sorted[half - 1] ?? Number.NaN) + above) / 2
}

export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))

/** `12.3k [11.8-12.9]`: the median and the range. */
export function spread(values: readonly number[], show: (value: number) => string): string {
  return `${show(median(values))} [${show(Math.min(...values))}-${show(Math.max(...values))}]`
}
