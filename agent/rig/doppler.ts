/**
 * Which frequency a radio needs at a moment of a pass, and what a turn of its dial means. Pure.
 * @module
 */
import { heardUplink, neededUplink, receivedDownlink, sentDownlink } from '../../shared/orbit/doppler.js'
import { SECOND } from '../../shared/time.js'

export interface Link {
  readonly direction: 'downlink' | 'uplink'
  /** What the satellite sends or hears, by the plan. */
  readonly satelliteHz: number
  /** What a converter takes off between antenna and radio. */
  readonly loHz: number
}

/** km/s, positive when the satellite recedes. */
type RangeRate = number

/** The radio's frequency for the satellite's, integer Hz. */
export function toRadio({ direction, loHz }: Link, satelliteHz: number, rate: RangeRate): number {
  const onAir =
    direction === 'downlink' ? receivedDownlink(satelliteHz, rate) : neededUplink(satelliteHz, rate)
  return onAir - loHz
}

/** The satellite's frequency for the radio's, integer Hz. */
export function toSatellite({ direction, loHz }: Link, radioHz: number, rate: RangeRate): number {
  const onAir = radioHz + loHz
  return direction === 'downlink' ? sentDownlink(onAir, rate) : heardUplink(onAir, rate)
}

/** Smallest correction that is worth a command, Hz: what an ear or a demodulator of that mode would notice. */
const STEPS: Readonly<Record<string, number>> = { WFM: 2500, FM: 250, FMN: 100, PKTFM: 250, AM: 100 }
const NARROW_STEP_HZ = 10
export const stepOf = (mode: string | null): number => STEPS[mode ?? ''] ?? NARROW_STEP_HZ

/** What is known of a dial that the agent and the operator both turn. Times are monotonic ms. */
export interface Dial {
  /** What the agent sent last; null before the first. */
  readonly sentHz: number | null
  /** What the radio made of it: it rounds to steps of its own. */
  readonly settledHz: number | null
  /** What the operator has added to the plan's frequency, as the satellite sees it. */
  readonly offsetHz: number
  readonly turnedAt: number
  /** False: the operator has gone so far away that the radio is his. */
  readonly isOurs: boolean
}

export const freshDial: Dial = {
  sentHz: null,
  settledHz: null,
  offsetHz: 0,
  turnedAt: Number.NEGATIVE_INFINITY,
  isOurs: true,
}

/** Less is no turn of a dial: radios that lock to a reference wander by a hertz or two. */
const DIAL_NOISE_HZ = 3
/** A dial that has not been turned for so long is at rest; until then nothing is sent. */
export const DIAL_REST_MS = SECOND

export interface DialReading {
  readonly at: number
  readonly radioHz: number
  /** Now, and when half of the time has passed that the next correction will stand. */
  readonly rate: RangeRate
  readonly rateAhead: RangeRate
}

export interface DialRules {
  readonly stepHz: number
  readonly followHz: number
}

/** Has the operator turned the dial since the agent last looked? What he chose is kept, and Doppler goes on from there. */
function heeded(dial: Dial, link: Link, { at, radioHz, rate }: DialReading, followHz: number): Dial {
  if (dial.settledHz === null || Math.abs(radioHz - dial.settledHz) <= DIAL_NOISE_HZ) return dial
  const offsetHz = toSatellite(link, radioHz, rate) - link.satelliteHz
  const isOurs = Math.abs(offsetHz) <= followHz
  const kept = isOurs ? { offsetHz, sentHz: radioHz } : {}
  return { ...dial, ...kept, settledHz: radioHz, turnedAt: at, isOurs }
}

/**
 * One look at the dial: what is known now, and the frequency to send, or null. The first frequency of a pass is sent
 * whatever the radio stands on.
 */
export function follow(
  before: Dial,
  link: Link,
  reading: DialReading,
  { stepHz, followHz }: DialRules,
): { readonly dial: Dial; readonly send: number | null } {
  const dial = heeded(before, link, reading, followHz)
  if (!dial.isOurs || reading.at - dial.turnedAt < DIAL_REST_MS) return { dial, send: null }
  const wanted = toRadio(link, link.satelliteHz + dial.offsetHz, reading.rateAhead)
  const isDue = dial.sentHz === null || Math.abs(wanted - dial.sentHz) >= stepHz
  return { dial, send: isDue ? wanted : null }
}

/** After a frequency was sent and the radio has been read again. */
export const sent = (dial: Dial, sentHz: number, settledHz: number): Dial => ({ ...dial, sentHz, settledHz })
