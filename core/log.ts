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

/** How far back the causes of an error are told. */
const MAX_CAUSES = 3

interface LoggedError {
  readonly type: string
  readonly code?: unknown
  readonly message: string
  readonly stack?: string | undefined
  readonly cause?: LoggedError
}

/** The well-known fields of an error: errors of libraries drag whole clients along, settings and all. */
export function describeError(error: unknown, causes = MAX_CAUSES): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) }
  const { code } = error as NodeJS.ErrnoException
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    message: error.message,
    stack: error.stack,
    ...(error.cause === undefined || causes === 0 ? {} : { cause: describeError(error.cause, causes - 1) }),
  }
}

/** `destination`: standard error unless a test reads it. */
export function createLog(level: Config['logLevel'], destination?: DestinationStream): Pino {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => describeError(error) },
    redact: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
  }
  return pino(options, destination ?? pino.destination({ fd: 2, sync: true }))
}
