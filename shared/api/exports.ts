/**
 * Queries of what is exported: calendars and tables.
 * @module
 */
import { z } from 'zod'
import { idSchema, isoTime } from './common.js'
import { contactStateSchema } from './contacts.js'
import { satelliteIdSchema } from './elements.js'

/** `GET orgs/:org/calendar.ics`; without `from` what ended within two days, too. */
export const calendarQuery = z.strictObject({
  station: idSchema.optional(),
  satellite: satelliteIdSchema.optional(),
  from: isoTime.optional(),
  to: isoTime.optional(),
})
/** `GET orgs/:org/calendar`: core computes every address that is shown (W10). */
export const calendarLink = z.strictObject({ url: z.url() })
/** `GET orgs/:org/contacts.csv` */
export const contactsCsvQuery = calendarQuery.extend({
  state: contactStateSchema.optional(),
  /** Only those that have not ended. */
  open: z.stringbool().optional(),
})
