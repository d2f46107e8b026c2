/**
 * Doppler shift of a link between a station at rest and a moving satellite. First order in the range rate is not
 * enough above a few GHz, so both directions have their own exact formula; what is left out is the time dilation of
 * the satellite, 3e-10 of the frequency.
 * @module
 */
import { TalosError } from '../errors.js'

/** km/s (SI). */
export const SPEED_OF_LIGHT = 299_792.458

function ratio(rangeRate: number): number {
  // Also false for NaN.
  if (!(Math.abs(rangeRate) < SPEED_OF_LIGHT))
    throw new TalosError('invalid_request', `A range rate of ${rangeRate} km/s is impossible.`)
  return rangeRate / SPEED_OF_LIGHT
}

/**
 * The frequency at which the station hears what the satellite sends, integer Hz.
 * @param sentHz the satellite's transmit frequency, Hz
 * @param rangeRate km/s, positive when the satellite recedes
 */
export const receivedDownlink = (sentHz: number, rangeRate: number): number =>
  Math.round(sentHz / (1 + ratio(rangeRate)))

/**
 * The frequency at which the station must send so that the satellite hears its own, integer Hz.
 * @param heardHz the satellite's receive frequency, Hz
 * @param rangeRate km/s, positive when the satellite recedes
 */
export const neededUplink = (heardHz: number, rangeRate: number): number =>
  Math.round(heardHz / (1 - ratio(rangeRate)))

/** What the satellite sends when the station hears `receivedHz`, integer Hz: the inverse of `receivedDownlink`. */
export const sentDownlink = (receivedHz: number, rangeRate: number): number =>
  Math.round(receivedHz * (1 + ratio(rangeRate)))

/** What the satellite hears when the station sends `sentHz`, integer Hz: the inverse of `neededUplink`. */
export const heardUplink = (sentHz: number, rangeRate: number): number =>
  Math.round(sentHz * (1 - ratio(rangeRate)))
