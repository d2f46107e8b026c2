/**
 * Every error that Talos reports, in one table. A code is a promise to programs and never changes its meaning;
 * `docs/errors.md` describes each and a test holds the two equal.
 * @module
 */

interface ErrorKind {
  /** HTTP status with which the error is reported (RFC 9110). */
  readonly status: number
  readonly title: string
}

export const ERRORS = {
  // requests
  invalid_request: { status: 400, title: 'The request does not fit its schema' },
  not_found: { status: 404, title: 'There is no such thing here' },
  method_not_allowed: { status: 405, title: 'This address does not take that method' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be JSON' },
  request_timeout: { status: 408, title: 'The request did not come in time' },
  headers_too_large: { status: 431, title: 'The headers or the address are too large' },
  rate_limited: { status: 429, title: 'Too many requests' },
  conflict: { status: 409, title: 'The thing has changed or exists already' },
  idempotency_mismatch: { status: 409, title: 'This Idempotency-Key was used with another request' },
  internal: { status: 500, title: 'Something broke on our side' },
  unavailable: { status: 503, title: 'The service cannot answer now' },

  // people, sessions, tokens
  not_signed_in: { status: 401, title: 'Sign in first' },
  forbidden: { status: 403, title: 'You may not do that' },
  step_up_required: { status: 403, title: 'Prove anew who you are' },
  last_manager: { status: 409, title: 'Somebody has to manage the users' },
  origin_refused: { status: 403, title: 'The request came from another site' },
  link_invalid: { status: 410, title: 'This link is unknown, used or expired' },
  link_other_browser: { status: 403, title: 'Open the link in the browser that asked for it' },
  code_invalid: { status: 403, title: 'This code is wrong, used or expired' },
  owner_email_mismatch: { status: 403, title: 'Only the configured owner address may become owner' },
  device_code_invalid: { status: 404, title: 'This code is unknown, used or expired' },
  authorization_pending: { status: 400, title: 'The sign-in has not been approved yet' },
  slow_down: { status: 400, title: 'Polling too fast' },
  passkey_refused: { status: 403, title: 'The passkey was not accepted' },
  passkeys_unavailable: { status: 409, title: 'Passkeys cannot be used on this page' },
  oidc_refused: { status: 403, title: 'The sign-in at the provider could not be completed' },
  email_not_verified: { status: 403, title: 'The provider has not verified the address' },
  not_invited: { status: 403, title: 'Nobody here has this address' },
  access_denied: { status: 400, title: 'The sign-in was denied' },
  expired_token: { status: 400, title: 'The sign-in has expired' },
  invalid_grant: { status: 400, title: 'The refresh token is unknown, used, ended or expired' },
  pairing_pending: { status: 425, title: 'Nobody has approved this browser yet' },
  pairing_over: { status: 410, title: 'This pairing is unknown, used, denied or expired' },
  pairing_invalid: { status: 404, title: 'This code is unknown, used, denied or expired' },
  pairing_number_wrong: { status: 403, title: 'That is not the number on the other screen' },
  public_url_missing: { status: 409, title: 'The public address of this installation is not configured' },

  // stations and enrollment
  enrollment_token_invalid: {
    status: 403,
    title: 'The enrollment token is unknown, used, revoked or expired',
  },
  enrollment_denied: { status: 403, title: 'The enrollment was rejected' },
  csr_refused: { status: 400, title: 'The request for a certificate cannot be granted' },
  key_pair_mismatch: {
    status: 409,
    title: 'The station is held to another key pair, which has not handed over',
  },
  station_state: { status: 409, title: 'The station is not in a state that allows this' },
  station_controlled: { status: 409, title: 'Somebody else has control of the station' },
  station_locked: { status: 409, title: 'The station is locked' },
  station_offline: { status: 409, title: 'The station is not connected' },
  confirmation_required: { status: 409, title: 'The act must be confirmed' },

  // commands
  ack_timeout: { status: 504, title: 'The station did not answer in time' },
  command_refused: { status: 422, title: 'The station refused the command' },

  // elements and planning
  elements_invalid: { status: 400, title: 'The element set is not usable' },
  elements_unavailable: { status: 502, title: 'The element source did not answer usefully' },
  elements_stale: { status: 422, title: 'The element set is too old' },
  contact_state: { status: 409, title: 'The contact is not in a state that allows this' },
  contact_conflict: { status: 409, title: 'The antenna is booked at that time' },
  schedule_outdated: { status: 409, title: 'The schedule was made from outdated facts' },
  plan_invalid: { status: 422, title: 'The plan breaks a rule' },

  // refusals of the agent (the code of an ack)
  signature_invalid: { status: 422, title: 'The signature does not verify under a pinned key' },
  wrong_audience: { status: 422, title: 'The message is meant for another station' },
  expired: { status: 422, title: 'The message is past its end of life' },
  not_yet_valid: { status: 422, title: 'The message is from the future: a clock is wrong' },
  replayed: { status: 422, title: 'The message has been seen before' },
  out_of_sequence: { status: 422, title: 'A newer message has been seen' },
  unknown_op: { status: 422, title: 'The agent does not know this operation' },
  malformed: { status: 422, title: 'The message does not fit its schema' },
  not_finite: { status: 422, title: 'An angle is not a finite number' },
  out_of_limits: { status: 422, title: 'The position is outside the limits of the mount' },
  keep_out: { status: 422, title: 'The position is inside a mechanical keep-out zone' },
  rate_exceeded: { status: 422, title: 'The motion is faster than the mount may move' },
  safe_hold: { status: 422, title: 'The station holds still until a person releases it' },
  held_at_station: { status: 422, title: 'Somebody beside the antenna holds it still' },
  busy: { status: 422, title: 'Somebody else has the antenna: a plan, or a program at the door' },
  no_lease: { status: 422, title: 'The door for other programs is shut' },
  driver_failed: { status: 422, title: 'The rotator does not answer, or does not do as it was told' },
  uncommanded_motion: { status: 422, title: 'The mount moves where nobody told it to' },
  turn_unknown: { status: 422, title: 'Nobody can tell how the cable is wound' },
  limits_mismatch: { status: 422, title: 'The rotator goes less far than the configured mount' },
  looser_than_local: {
    status: 422,
    title: 'The local configuration is the ceiling; it can only be tightened',
  },
  plan_store_full: { status: 422, title: 'The station holds as many plans as it can' },
  clock_untrusted: { status: 422, title: 'The clock of the station cannot be trusted' },
  receipt_damaged: { status: 422, title: 'The disk of the station has lost how the pass went' },

  // ends of contacts
  plan_never_uploaded: { status: 409, title: 'The plan did not reach the station before the pass was over' },
  receipt_missing: { status: 409, title: 'The station has not reported how the pass went' },
  agent_not_running: { status: 409, title: 'The agent was not running during the pass' },
  link_lost: { status: 409, title: 'The connection was lost' },
  stopped_by_person: { status: 409, title: 'A person stopped the motion' },
  off_target: { status: 409, title: 'The antenna was not on target for long enough' },

  // connecting to the broker
  bad_credentials: { status: 401, title: 'The user name or the password is wrong' },
  client_id_refused: { status: 403, title: 'The client id does not belong to this principal' },
  principal_revoked: { status: 403, title: 'The credential has been revoked' },
  certificate_untrusted: { status: 401, title: 'The client certificate was not issued here for this' },
  certificate_expired: { status: 401, title: 'The client certificate has expired' },
  certificate_revoked: { status: 401, title: 'The client certificate has been revoked' },
  credential_not_accepted: { status: 403, title: 'The station signs in with its other credential' },
  capability_denied: { status: 403, title: 'This station is not for that' },
  publish_denied: { status: 403, title: 'This principal may not publish there' },
  subscribe_denied: { status: 403, title: 'This principal may not subscribe to that' },

  // starting a program
  config_invalid: { status: 500, title: 'The configuration is wrong' },
  master_key_wrong: { status: 500, title: 'The master key does not open the stored secrets' },
  schema_newer: { status: 500, title: 'The database was written by a newer version' },
  migration_failed: { status: 500, title: 'The database could not be brought to this version' },
  data_dir_in_use: { status: 500, title: 'Another core or agent runs on this data directory' },
  rotator_in_use: { status: 500, title: 'Another agent has this rotator' },
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof ERRORS

/** One field that is wrong, as a JSON pointer (RFC 6901) and what is wrong with it. */
export interface FieldError {
  readonly pointer: string
  readonly detail: string
}

/** RFC 9457 problem details, with our stable `code` and, for bad input, the fields. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ErrorCode
  readonly detail: string
  readonly requestId?: string
  readonly errors?: readonly FieldError[]
}

export const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === 'string' && Object.hasOwn(ERRORS, code)

/** The one exception that Talos throws on purpose. `detail` says what happened, with the value, and what to do. */
export class TalosError extends Error {
  override readonly name = 'TalosError'
  readonly status: number

  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    readonly options: {
      readonly errors?: readonly FieldError[]
      readonly cause?: unknown
      readonly retryAfterS?: number
    } = {},
  ) {
    super(`${code}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.status = ERRORS[code].status
  }
}

/** The problem+json body of an error (RFC 9457, section 3). */
export function toProblem(error: TalosError, requestId?: string): Problem {
  return {
    type: `urn:talos:error:${error.code}`,
    title: ERRORS[error.code].title,
    status: error.status,
    code: error.code,
    detail: error.detail,
    ...(requestId === undefined ? {} : { requestId }),
    ...(error.options.errors === undefined ? {} : { errors: error.options.errors }),
  }
}
