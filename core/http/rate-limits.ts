/**
 * How often one address (one IPv6 /64) may ask. Answers beyond are 429 with Retry-After.
 * @module
 */
import { MINUTE } from '../../shared/time.js'

/** For `config: { rateLimit: RATE_LIMITS.x }`. */
export const RATE_LIMITS = {
  /** Where nothing stricter stands: 100 a second, which a room of dashboards behind one address does not reach. */
  global: { max: 6000, timeWindow: MINUTE },
  /** A2: each may cost a mail. */
  login: { max: 5, timeWindow: MINUTE },
  /** Guessing 256 bits is hopeless at any rate; this only bounds the work. */
  confirm: { max: 20, timeWindow: MINUTE },
  /** A7: eight letters, five tries a link; this bounds the work. */
  code: { max: 20, timeWindow: MINUTE },
  deviceStart: { max: 10, timeWindow: MINUTE },
  /** A21: eight letters of twenty are guessable at thousands a second, not at ten a minute. */
  deviceCode: { max: 10, timeWindow: MINUTE },
  /** Ten command lines behind one address, each every 5 s. */
  devicePoll: { max: 120, timeWindow: MINUTE },
  /** Each makes a row that lives an hour. */
  pairStart: { max: 10, timeWindow: MINUTE },
  /** Ten browsers behind one address, each every 2 s. */
  pairWait: { max: 400, timeWindow: MINUTE },
  /** Guessing 256 bits is hopeless; this bounds the work. */
  pairDecide: { max: 20, timeWindow: MINUTE },
  /** A command line refreshes every quarter of an hour; a room of them starts at once. */
  refresh: { max: 120, timeWindow: MINUTE },
  /** E7: redeeming; each may cost an Argon2id verify. */
  enroll: { max: 20, timeWindow: MINUTE },
  /** Waiting for approval: 20 agents behind one address, each every 3 s. */
  enrollPoll: { max: 400, timeWindow: MINUTE },
  /** E7, E10: each may cost 500 Argon2id hashes; most are looks beforehand. */
  roster: { max: 10, timeWindow: MINUTE },
  /** E30: a hundred stations behind one address whose keys a person wants replaced. */
  stationKey: { max: 120, timeWindow: MINUTE },
  /** E7: issuing credentials. */
  issue: { max: 60, timeWindow: MINUTE },
  /** Each sends mails, or calls a machine of somebody else. */
  notificationTest: { max: 6, timeWindow: MINUTE },
} as const
