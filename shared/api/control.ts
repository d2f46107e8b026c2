/**
 * Who has control of a station by hand: a lease that all can see, so that two people never pull at one antenna unaware of
 * each other. It guards no metal (the agent does that) and never stands before a stop.
 * @module
 */
import { z } from 'zod'
import { isoTime } from './common.js'

export const stationControlSchema = z.strictObject({
  /** The person, or the token's owner; the e-mail is null when it is nobody who is still there. */
  by: z.strictObject({ id: z.string(), email: z.string().nullable() }),
  since: isoTime,
  /** It ends by itself then, unless they move the antenna again. */
  until: isoTime,
})
export type StationControl = z.infer<typeof stationControlSchema>

export const controlRequest = z.strictObject({
  /** From whoever has it. Left out: only when nobody has. */
  takeOver: z.boolean().default(false),
})

/** `talos/{org}/gs/{sid}/control`: it was taken, prolonged, given back. */
export const controlMessageSchema = z.strictObject({
  ts: isoTime,
  /** Null: nobody has it. */
  control: stationControlSchema.nullable(),
})
export type ControlMessage = z.infer<typeof controlMessageSchema>
