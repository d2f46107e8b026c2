/**
 * Numbers as people type them.
 * @module
 */

/** With a comma or a point, with either minus; NaN for anything else. */
export const typedNumber = (text: string): number =>
  /^\s*[+\-−]?\d+([.,]\d+)?\s*$/.test(text)
    ? Number(text.trim().replace('−', '-').replace(',', '.'))
    : Number.NaN
