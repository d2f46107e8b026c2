/**
 * What an agent asks of core while it joins: to redeem its token, and whether a person has approved it.
 * @module
 */
import type { z } from 'zod'
import {
  type EnrollRequest,
  type EnrollResponse,
  enrollPollResponseSchema,
  enrollRequestSchema,
  enrollResponseSchema,
  type StationGrant,
} from '../shared/api/fleet.js'
import { isErrorCode, TalosError } from '../shared/errors.js'
import { type Clock, MINUTE, SECOND } from '../shared/time.js'
import type { AgentConfig } from './config.js'
import { makeCsr } from './csr.js'
import type { EnrollmentRecord, Pending } from './enrollment-file.js'
import { type JsonAnswer, type JsonRequest, requestJson } from './https.js'
import { type Log, reasonOf } from './log.js'

export interface EnrollDeps {
  readonly config: AgentConfig
  readonly agent: EnrollRequest['agent']
  readonly clock: Clock
  readonly log: Log
  /** A fresh id: 128 random bits. */
  readonly newId: () => string
  readonly sleep: (ms: number) => Promise<void>
}

/** Where core is, and whom to trust that it is core: PEM of a certificate authority, or the system's. */
export interface Plane {
  readonly origin: string
  readonly ca?: string
  readonly serverName?: string
}

/** How long somebody at a terminal waits for a server that does not answer. The same link may be tried again (E29). */
const REDEEM_PATIENCE_MS = MINUTE - 5 * SECOND
/** So much longer where the server says that too many machines have come from this address: its window is a minute. */
const LIMITED_PATIENCE_MS = 3 * MINUTE
const TOO_MANY = 429
const RETRY_MS = 2 * SECOND
const SLOWEST_POLL_MS = MINUTE

function refusal(answer: JsonAnswer): TalosError {
  const problem = answer.body as { code?: unknown; detail?: unknown } | null
  const code = problem?.code
  const detail = typeof problem?.detail === 'string' ? problem.detail : `HTTP ${answer.status}`
  return new TalosError(isErrorCode(code) ? code : 'unavailable', detail)
}

/** A32: 5xx, 429 and silence are worth another try before the deadline, every other answer is final. */
async function ask<T extends z.ZodType>(
  deps: EnrollDeps,
  request: JsonRequest,
  schema: T,
  deadline: number,
): Promise<z.infer<T>> {
  for (;;) {
    let failure: TalosError
    let pauseMs = RETRY_MS
    let end = deadline
    try {
      const answer = await requestJson(request)
      pauseMs = Math.max(RETRY_MS, (answer.retryAfterS ?? 0) * SECOND)
      if (answer.status === TOO_MANY) end += LIMITED_PATIENCE_MS
      if (answer.status < 300) {
        const parsed = schema.safeParse(answer.body)
        if (parsed.success) return parsed.data
        throw new TalosError(
          'unavailable',
          `${request.url} answered something else than Talos does: /${parsed.error.issues[0]?.path.join('/')}`,
        )
      }
      if (answer.status < 500 && answer.status !== TOO_MANY) throw refusal(answer)
      failure = refusal(answer)
    } catch (cause) {
      if (cause instanceof TalosError) throw cause
      failure = new TalosError('unavailable', `${new URL(request.url).origin}: ${reasonOf(cause)}`, { cause })
    }
    if (deps.clock.monotonic() + pauseMs >= end) throw failure
    deps.log.warn('no useful answer, trying again', { reason: failure.detail })
    await deps.sleep(pauseMs)
  }
}

const trusting = ({ ca, serverName }: Plane): Pick<Plane, 'ca' | 'serverName'> => ({
  ...(ca === undefined ? {} : { ca }),
  ...(serverName === undefined ? {} : { serverName }),
})

/**
 * Swaps the token for a grant or a place in the queue.
 * @throws TalosError `enrollment_token_invalid`, `enrollment_denied`, `unavailable`
 */
export async function redeem(
  deps: EnrollDeps,
  plane: Plane,
  token: string,
  { nonce, privateKey }: EnrollmentRecord,
): Promise<EnrollResponse> {
  const { config } = deps
  const body = enrollRequestSchema.parse({
    token,
    nonce,
    agent: deps.agent,
    mount: config.mount,
    ...(privateKey === undefined ? {} : { csr: makeCsr(privateKey) }),
    ...(config.site === undefined ? {} : { site: config.site }),
    ...(config.name === undefined ? {} : { name: config.name }),
  })
  const deadline = deps.clock.monotonic() + REDEEM_PATIENCE_MS
  const request = { method: 'POST', url: `${plane.origin}/api/v1/enroll`, body, ...trusting(plane) } as const
  return await ask(deps, request, enrollResponseSchema, deadline)
}

/**
 * Asks again and again until a person has approved.
 * @throws TalosError `enrollment_denied`, `enrollment_token_invalid` when nobody did in time, `unavailable`
 */
export async function awaitApproval(deps: EnrollDeps, plane: Plane, pending: Pending): Promise<StationGrant> {
  const deadline = deps.clock.monotonic() + (Date.parse(pending.expiresAt) - deps.clock.now())
  const url = `${plane.origin}/api/v1/enroll/${pending.enrollmentId}`
  // E17: the secret of this one enrollment; it dies when the key is delivered.
  const request = { method: 'GET', url, bearer: pending.pollSecret, ...trusting(plane) } as const
  deps.log.info('waiting for a person to approve this station', { until: pending.expiresAt })
  for (let pauseMs = pending.pollSeconds * SECOND; deps.clock.monotonic() < deadline; ) {
    await deps.sleep(Math.min(Math.max(pauseMs, SECOND), SLOWEST_POLL_MS))
    const answer = await ask(deps, request, enrollPollResponseSchema, deadline)
    if (answer.status === 'approved') return answer.grant
    pauseMs = answer.pollSeconds * SECOND
  }
  throw new TalosError(
    'enrollment_token_invalid',
    'Nobody approved this station in time. Ask for a new link.',
  )
}
