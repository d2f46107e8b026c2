/**
 * Body of `GET station/time`.
 * @module
 */
import { z } from 'zod'
import { isoTime } from './common.js'

/** The clock of core, for a station that compares its own. */
export const stationTimeSchema = z.strictObject({ now: isoTime })
