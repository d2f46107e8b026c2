/** Four decimals, 0.4 arc seconds: far below any encoder, and short in JSON. Never beyond a limit by rounding. */
export const clampedRound = (value: number, min: number, max: number): number =>
  Math.min(max, Math.max(min, Math.round(value * 1e4) / 1e4))
