/**
 * The little that nearly every part of core asks of the outside: a log, randomness, a transaction.
 * @module
 */
import type { Prisma } from '../prisma/generated/client.js'

/** The part of pino that services use. */
export interface Logger {
  debug(obj: object | string, msg?: string): void
  info(obj: object | string, msg?: string): void
  warn(obj: object | string, msg?: string): void
  error(obj: object | string, msg?: string): void
}

/** Cryptographically strong random bytes. */
export type Random = (bytes: number) => Buffer<ArrayBuffer>

/** A transaction, or the client itself where a single statement is enough. */
export type Tx = Prisma.TransactionClient
