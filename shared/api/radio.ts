/**
 * Words for radios: what a station can receive and send, and how waves are polarised.
 * @module
 */
import { z } from 'zod'
import { hertz } from '../messages.js'

/** Circular right or left handed, or linear; `any`: whatever comes, as with switched or paired antennas. */
export const polarisationSchema = z.enum(['rhcp', 'lhcp', 'horizontal', 'vertical', 'any'])
export type Polarisation = z.infer<typeof polarisationSchema>

/** One range of frequencies that a station can receive or send in. */
export const radioBandSchema = z
  .strictObject({
    direction: z.enum(['receive', 'transmit']),
    lowHz: hertz,
    highHz: hertz,
    polarisation: polarisationSchema.default('any'),
  })
  .refine((band) => band.lowHz < band.highHz, { message: 'must be above lowHz', path: ['highHz'] })
export type RadioBand = z.infer<typeof radioBandSchema>
/** Empty: not stated, which restricts nothing. */
export const radioBandsSchema = z.array(radioBandSchema).max(32)
