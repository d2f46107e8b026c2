/**
 * Rows by the thousand in one transaction.
 * @module
 */

/** Of Prisma's `$transaction`: on a busy machine a schedule of thousands of contacts takes its time. ms. */
export const LONG_TRANSACTION = { timeout: 60_000, maxWait: 10_000 } as const
