/**
 * The command line's side of core's HTTP API.
 * @module
 */
import type { z } from 'zod'
import { problemSchema } from '../../shared/api/common.js'
import { everyItem, type Page } from '../../shared/api/pages.js'
import { isErrorCode, TalosError } from '../../shared/errors.js'

/** Commands wait up to 10 s for the ack; imports are large. */
const TIMEOUT_MS = 60_000

export interface Api {
  readonly server: string
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>
  /** What is no JSON: tables, calendars. */
  text(path: string): Promise<string>
  /** `timeoutMs`: for what takes longer than a minute. */
  send<T>(
    method: 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body: unknown,
    schema: z.ZodType<T>,
    timeoutMs?: number,
  ): Promise<T>
}

/** Where the token of each request comes from. */
export interface TokenSource {
  /** The token to use now. */
  current(): Promise<string>
  /** Another one in place of the one that was refused; null when there is none. */
  renewed(refused: string): Promise<string | null>
}

const UNAUTHORIZED = 401

/** What OpenSSL and Node.js call a certificate that they do not believe. */
const DISTRUST = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/

/** Why nothing came back, as far as one can tell. */
function noAnswer(server: string, error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (DISTRUST.test(code))
    return `The certificate of ${server} is not trusted here (${code}). One of your own is trusted by NODE_EXTRA_CA_CERTS.`
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return `${server} does not speak TLS. Is it http://?`
  return `${server} does not answer${code === '' ? '' : ` (${code})`}. Is core running there?`
}

/**
 * Asks `server` with a Bearer token, or without one.
 * @throws TalosError with the server's code, or `unavailable`
 */
export function apiAt(server: string, tokens: TokenSource | null): Api {
  const send = async (
    method: string,
    path: string,
    body: unknown,
    token: string | null,
    timeoutMs: number,
  ) => {
    try {
      return await fetch(`${server}/api/v1${path}`, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      })
    } catch (cause) {
      throw new TalosError('unavailable', noAnswer(server, cause), { cause })
    }
  }
  const answered = async (
    method: string,
    path: string,
    body: unknown,
    timeoutMs = TIMEOUT_MS,
  ): Promise<Response> => {
    const token = tokens === null ? null : await tokens.current()
    let response = await send(method, path, body, token, timeoutMs)
    if (response.status === UNAUTHORIZED && tokens !== null && token !== null) {
      // Refused before anything was done: rights have changed, or the token has ended on the way.
      const next = await tokens.renewed(token)
      if (next !== null) response = await send(method, path, body, next, timeoutMs)
    }
    if (response.ok) return response
    const problem = problemSchema.safeParse(await response.json().catch(() => null))
    if (!problem.success || !isErrorCode(problem.data.code))
      throw new TalosError(
        'unavailable',
        `${server} answered ${response.status} without saying why. Is it a Talos server?`,
      )
    const { code, detail, errors } = problem.data
    throw new TalosError(code, detail, errors === undefined ? {} : { errors })
  }
  const ask: Api['send'] = async (method, path, body, schema, timeoutMs) =>
    schema.parse(await jsonOf(await answered(method, path, body, timeoutMs)))
  return {
    server,
    get: async (path, schema) => schema.parse(await jsonOf(await answered('GET', path, undefined))),
    text: async (path) => (await answered('GET', path, undefined)).text(),
    send: ask,
  }
}

const jsonOf = (response: Response): Promise<unknown> => response.json().catch(() => null)

/** Every page of a list. */
export function everyPage<T>(api: Api, path: string, schema: z.ZodType<Page<T>>): Promise<T[]> {
  const glue = path.includes('?') ? '&' : '?'
  return everyItem((cursor) =>
    api.get(cursor === null ? path : `${path}${glue}cursor=${encodeURIComponent(cursor)}`, schema),
  )
}

/** A query string of what is given; `undefined` is left out. */
export function query(fields: Record<string, string | number | boolean | undefined>): string {
  const entries = Object.entries(fields).flatMap(([k, v]) =>
    v === undefined ? [] : [[k, String(v)] as [string, string]],
  )
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries)}`
}
