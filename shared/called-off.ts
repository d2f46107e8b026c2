/**
 * Who called a contact off decides whether its pass may be booked again: a program of ours for its own reasons, or a
 * person, whom no schedule overrules.
 * @module
 */

export const DIRECTOR = 'svc_director'
/** Ends what nobody took to its end. */
export const SWEEPER = 'contact-sweep'
/** Calls off what a station would do while it is locked. */
export const STATION_LOCK = 'station-lock'

/** Calls off what is booked while a station is in maintenance. */
export const MAINTENANCE = 'maintenance'
/** Makes room for what a person books by hand. */
export const BY_HAND = 'booked-by-hand'

/** What these call off may be booked again. */
export const PROGRAMS: readonly string[] = [DIRECTOR, SWEEPER, STATION_LOCK, MAINTENANCE, BY_HAND]
