/**
 * The two digits that both screens show (A37). The phone shows three and the person picks the one that is on the other
 * screen, so that nobody approves without looking there.
 * @module
 */
import { createHmac } from 'node:crypto'
import type { Random } from '../ports.js'

const LOWEST = 10
const COUNT = 90
/** The greatest multiple of COUNT below 256: bytes above it would favour the first numbers. */
const FAIR = 180
export const CHOICES = 3

/** A number from 10 to 99, each as likely. */
export function newNumber(random: Random): number {
  for (;;) for (const byte of random(4)) if (byte < FAIR) return LOWEST + (byte % COUNT)
}

/**
 * The number and two others, in rising order. The others hang on the pairing alone: whoever looks twice sees the same
 * three, and learns nothing from what changes.
 * @param key derived for this purpose alone
 */
export function choicesOf(number: number, pairingId: string, key: Uint8Array): number[] {
  const choices = new Set([number])
  for (let round = 0; choices.size < CHOICES; round++)
    for (const byte of createHmac('sha256', key).update(`${pairingId}:${round}`).digest())
      if (byte < FAIR && choices.size < CHOICES) choices.add(LOWEST + (byte % COUNT))
  return [...choices].sort((a, b) => a - b)
}
