/**
 * Whether the radio of a station can do what a campaign needs, on which frequencies, and what it costs. Pure.
 * @module
 */
import type { Campaign } from './api/campaigns.js'
import type { Polarisation, RadioBand } from './api/radio.js'
import type { Transmitter } from './api/transmitters.js'

/** What a contact needs of a radio. Null: not stated, which restricts nothing and tunes nothing. */
export interface RadioNeed {
  readonly downlinkHz: number | null
  readonly uplinkHz: number | null
  readonly polarisation: Polarisation | null
  /** A person asked for the uplink; otherwise a station that only hears will do. */
  readonly mustSend: boolean
}

export const NO_NEED: RadioNeed = { downlinkHz: null, uplinkHz: null, polarisation: null, mustSend: false }

/** On which frequencies a contact is made, Hz, and which part of the power the antenna takes out of the wave. */
export interface Link {
  readonly downlinkHz: number | null
  readonly uplinkHz: number | null
  /** 0.5 between circular and linear, which costs 3 dB; else 1. */
  readonly power: number
}

export type Fit = { readonly link: Link } | { readonly misfit: string }

const middle = (low: number | null, high: number | null): number | null =>
  low === null ? null : Math.round((low + (high ?? low)) / 2)

/**
 * What the campaign says; where it names no frequency, what the only active transmitter of the satellite says. With
 * several, nobody can know which is meant.
 */
export function needOf(
  { downlinkHz, uplinkHz, polarisation }: Pick<Campaign, 'downlinkHz' | 'uplinkHz' | 'polarisation'>,
  transmitters: readonly Transmitter[],
): RadioNeed {
  if (downlinkHz !== null || uplinkHz !== null)
    return { downlinkHz, uplinkHz, polarisation, mustSend: uplinkHz !== null }
  const [only, ...others] = transmitters.filter(({ status }) => status === 'active')
  if (only === undefined || others.length > 0) return { ...NO_NEED, polarisation }
  return {
    downlinkHz: middle(only.downlinkLowHz, only.downlinkHighHz),
    uplinkHz: middle(only.uplinkLowHz, only.uplinkHighHz),
    polarisation: polarisation ?? only.polarisation,
    mustSend: false,
  }
}

const isCircular = (p: Polarisation) => p === 'rhcp' || p === 'lhcp'

/** Part of the power: what is crossed (right against left hand, horizontal against vertical) is lost. */
function power(wave: Polarisation, antenna: Polarisation): number {
  if (wave === antenna || wave === 'any' || antenna === 'any') return 1
  return isCircular(wave) === isCircular(antenna) ? 0 : 0.5
}

/** The best that bands of one direction make of a frequency, or why none will do. */
function received(
  bands: readonly RadioBand[],
  direction: RadioBand['direction'],
  hz: number,
  wave: Polarisation | null,
): number | string {
  const inBand = bands.filter((b) => b.direction === direction && b.lowHz <= hz && hz <= b.highHz)
  if (inBand.length === 0) return `the station does not ${direction} on ${hz / 1e6} MHz`
  const best = Math.max(...inBand.map((b) => power(wave ?? 'any', b.polarisation)))
  return best > 0 ? best : `the station ${direction}s on ${hz / 1e6} MHz in the polarisation across ${wave}`
}

/** A station that has not stated its bands takes everything. */
export function rfFit(bands: readonly RadioBand[], need: RadioNeed): Fit {
  const { downlinkHz, polarisation, mustSend } = need
  if (bands.length === 0) return { link: { downlinkHz, uplinkHz: need.uplinkHz, power: 1 } }
  const heard = downlinkHz === null ? 1 : received(bands, 'receive', downlinkHz, polarisation)
  if (typeof heard === 'string') return { misfit: heard }
  const sent = need.uplinkHz === null ? 1 : received(bands, 'transmit', need.uplinkHz, polarisation)
  if (typeof sent !== 'string')
    return { link: { downlinkHz, uplinkHz: need.uplinkHz, power: Math.min(heard, sent) } }
  return mustSend ? { misfit: sent } : { link: { downlinkHz, uplinkHz: null, power: heard } }
}
