/**
 * Joining the fleet: one link in, one credential out (E12). Redeem the token, wait for a person where one must approve,
 * keep the key.
 * @module
 */
import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { z } from 'zod'
import {
  type EnrollRequest,
  enrollPollResponseSchema,
  enrollRequestSchema,
  enrollResponseSchema,
  type StationGrant,
} from '../shared/api/fleet.js'
import { isErrorCode, TalosError } from '../shared/errors.js'
import { parseSecret } from '../shared/secrets.js'
import { type Clock, MINUTE, SECOND } from '../shared/time.js'
import type { AgentConfig } from './config.js'
import { type Credential, credentialPath, credentialSchema, isSafeUrl, saveCredential } from './credential.js'
import { readIfThere } from './files.js'
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

/** E29: the server answers the same nonce alike for 60 s, so a lost answer may be asked for again that long. */
const REDEEM_WINDOW_MS = MINUTE - 5 * SECOND
const RETRY_MS = 2 * SECOND
const SLOWEST_POLL_MS = MINUTE

/**
 * Splits `<url>#<token>`. E32: the token is in the fragment, which browsers and servers do not log.
 * @throws TalosError `invalid_request` or `enrollment_token_invalid`
 */
export function parseLink(link: string): { readonly origin: string; readonly token: string } {
  const [address = '', token = ''] = link.trim().split('#')
  if (!isSafeUrl(address, 'https:', 'http:'))
    throw new TalosError(
      'invalid_request',
      'The enrollment link must begin with https:// (http:// only on this machine). Copy the whole link.',
    )
  if (parseSecret(token, 'gse') === null)
    throw new TalosError(
      'enrollment_token_invalid',
      'The part of the link after # is not an enrollment token. Copy the whole link, in quotes.',
    )
  return { origin: new URL(address).origin, token }
}

function refusal(answer: JsonAnswer): TalosError {
  const problem = answer.body as { code?: unknown; detail?: unknown } | null
  const code = problem?.code
  const detail = typeof problem?.detail === 'string' ? problem.detail : `HTTP ${answer.status}`
  return new TalosError(isErrorCode(code) ? code : 'unavailable', detail)
}

/** A32: 5xx and silence are worth another try before the deadline, every other answer is final. */
async function ask<T extends z.ZodType>(
  deps: EnrollDeps,
  request: JsonRequest,
  schema: T,
  deadline: number,
): Promise<z.infer<T>> {
  for (;;) {
    let failure: TalosError
    try {
      const answer = await requestJson(request)
      if (answer.status < 300) {
        const parsed = schema.safeParse(answer.body)
        if (parsed.success) return parsed.data
        throw new TalosError(
          'unavailable',
          `${request.url} answered something else than Talos does: /${parsed.error.issues[0]?.path.join('/')}`,
        )
      }
      if (answer.status < 500) throw refusal(answer)
      failure = refusal(answer)
    } catch (cause) {
      if (cause instanceof TalosError) throw cause
      failure = new TalosError('unavailable', `${new URL(request.url).origin}: ${reasonOf(cause)}`, { cause })
    }
    if (deps.clock.monotonic() + RETRY_MS >= deadline) throw failure
    deps.log.warn('no useful answer, trying again', { reason: failure.detail })
    await deps.sleep(RETRY_MS)
  }
}

async function redeem(deps: EnrollDeps, origin: string, token: string, ca: { ca?: string }) {
  const { config } = deps
  const body = enrollRequestSchema.parse({
    token,
    nonce: deps.newId(),
    agent: deps.agent,
    mount: config.mount,
    ...(config.site === undefined ? {} : { site: config.site }),
    ...(config.name === undefined ? {} : { name: config.name }),
  })
  const deadline = deps.clock.monotonic() + REDEEM_WINDOW_MS
  const url = `${origin}/api/v1/enroll`
  return ask(deps, { method: 'POST', url, body, ...ca }, enrollResponseSchema, deadline)
}

async function awaitApproval(
  deps: EnrollDeps,
  origin: string,
  pending: { enrollmentId: string; pollSecret: string; pollSeconds: number; expiresAt: string },
  ca: { ca?: string },
): Promise<StationGrant> {
  const deadline = deps.clock.monotonic() + (Date.parse(pending.expiresAt) - deps.clock.now())
  const url = `${origin}/api/v1/enroll/${pending.enrollmentId}`
  let pauseMs = pending.pollSeconds * SECOND
  deps.log.info('waiting for a person to approve this station', { until: pending.expiresAt })
  while (deps.clock.monotonic() < deadline) {
    await deps.sleep(Math.min(Math.max(pauseMs, SECOND), SLOWEST_POLL_MS))
    // E17: the secret of this one enrollment; it dies when the key is delivered.
    const request = { method: 'GET', url, bearer: pending.pollSecret, ...ca } as const
    const answer = await ask(deps, request, enrollPollResponseSchema, deadline)
    if (answer.status === 'approved') return answer.grant
    pauseMs = answer.pollSeconds * SECOND
  }
  throw new TalosError(
    'enrollment_token_invalid',
    'Nobody approved this station in time. Ask for a new link.',
  )
}

/**
 * Redeems `link` and writes the credential of the data directory. Resolves with it; the key is in no log.
 * @throws TalosError `enrollment_token_invalid`, `enrollment_denied`, `unavailable`, `conflict` when already enrolled
 */
export async function enroll(link: string, deps: EnrollDeps): Promise<Credential> {
  const { origin, token } = parseLink(link)
  const path = credentialPath(deps.config.dataDir)
  if ((await readIfThere(path)) !== null)
    // E20: one machine, one identity.
    throw new TalosError('conflict', `This machine is enrolled already. Remove ${path} to join anew.`)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const { caFile } = deps.config
  const ca = caFile === undefined ? {} : { ca: await readFile(caFile, 'utf8') }
  const answer = await redeem(deps, origin, token, ca)
  const grant = answer.status === 'approved' ? answer.grant : await awaitApproval(deps, origin, answer, ca)
  const { stationId, org, key, keyIssuedAt, mqttUrl, signingKeys } = grant
  const credential = credentialSchema.safeParse({
    url: origin,
    stationId,
    org,
    key,
    keyIssuedAt,
    mqttUrl,
    signingKeys,
  })
  if (!credential.success)
    throw new TalosError(
      'unavailable',
      `The server granted something unusable: ${credential.error.issues.map((i) => `/${i.path.join('/')} ${i.message}`).join('; ')}`,
    )
  await saveCredential(path, credential.data)
  return credential.data
}
