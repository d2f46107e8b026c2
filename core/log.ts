/**
 * The log: JSON lines on standard error, without secrets.
 * @module
 */
import pino, { type DestinationStream, type Logger as Pino } from 'pino'
import type { Config } from './config.js'

/** Nobody logs these on purpose; an object that is logged whole may hold them. */
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'key',
  'masterKey',
  'ticket',
  'connectionString',
  'smtpUrl',
  'databaseUrl',
]

/** `destination`: standard error unless a test reads it. */
export function createLog(level: Config['logLevel'], destination?: DestinationStream): Pino {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
  }
  return pino(options, destination ?? pino.destination({ fd: 2, sync: true }))
}
