/**
 * Frequencies and bands on the command line: megahertz for people, whole hertz for core.
 * @module
 */
import { type Command, InvalidArgumentError, Option } from 'commander'
import {
  type Polarisation,
  polarisationSchema,
  type RadioBand,
  radioBandSchema,
} from '../../shared/api/radio.js'
import { wholeNumber } from './arguments.js'

const MOST_WAIT_S = 3600
const hertz = (megahertz: string): number => Math.round(Number(megahertz) * 1e6)
const inMegahertz = (hz: number): string => String(hz / 1e6)

/** Commander makes an empty text of null, so that null is a word until it is sent. */
const ANY = 'any'
type Frequency = number | typeof ANY

/** `437.8`, or `any`. */
export function frequency(text: string): Frequency {
  if (text === ANY) return ANY
  const value = hertz(text)
  if (!/^\d{1,6}(\.\d{1,6})?$/.test(text) || value < 1)
    throw new InvalidArgumentError('Give megahertz such as 437.8, or any.')
  return value
}

const HOW = /^(receive|transmit):(\d{1,6}(?:\.\d{1,6})?)-(\d{1,6}(?:\.\d{1,6})?)(?::([a-z]+))?$/

/** `receive:435-438:rhcp`, one option for each band; `none` alone: not stated. */
export function bands(text: string, before: RadioBand[] = []): RadioBand[] {
  if (text === 'none') return []
  const [, direction, low = '', high = '', polarisation] = HOW.exec(text) ?? []
  const band = { direction, lowHz: hertz(low), highHz: hertz(high), polarisation }
  const parsed = radioBandSchema.safeParse(band)
  if (parsed.success) return [...before, parsed.data]
  throw new InvalidArgumentError(
    `Give a band such as receive:435-438:rhcp in MHz; polarisations are ${polarisationSchema.options.join(', ')}.`,
  )
}

/** The same for people. */
export const bandsText = (rf: readonly RadioBand[]): string =>
  rf.length === 0
    ? 'not stated'
    : rf
        .map(
          ({ direction, lowHz, highHz, polarisation }) =>
            `${direction} ${inMegahertz(lowHz)} to ${inMegahertz(highHz)} MHz${polarisation === 'any' ? '' : ` ${polarisation}`}`,
        )
        .join(', ')

/** What a campaign needs of a radio and an antenna, as its options say. */
export interface RadioOptions {
  readonly downlink?: Frequency | undefined
  readonly uplink?: Frequency | undefined
  readonly polarisation?: Polarisation | undefined
  readonly prepass?: number | undefined
  readonly postpass?: number | undefined
}

export const withRadio = (command: Command): Command =>
  command
    .option('--downlink <MHz>', 'what is heard; any: as the only active transmitter says', frequency)
    .option('--uplink <MHz>', 'what is sent on; any: as for --downlink', frequency)
    .addOption(new Option('--polarisation <how>', 'of the wave').choices(polarisationSchema.options))
    .option('--prepass <seconds>', 'in place so long before AOS', wholeNumber(0, MOST_WAIT_S))
    .option('--postpass <seconds>', 'taken for so long after LOS', wholeNumber(0, MOST_WAIT_S))

/** As core takes it; what was not said is undefined. */
export const radioBody = ({ downlink, uplink, polarisation, prepass, postpass }: RadioOptions) => ({
  downlinkHz: downlink === ANY ? null : downlink,
  uplinkHz: uplink === ANY ? null : uplink,
  polarisation,
  prepassS: prepass,
  postpassS: postpass,
})
