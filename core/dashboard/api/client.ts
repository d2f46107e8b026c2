/**
 * The HTTP API of core as this program uses it: one way in and out, every answer parsed, nothing kept.
 * @module
 */
import { z } from 'zod'
import { TalosError } from '../../../shared/errors.js'
import { SECOND } from '../../../shared/time.js'
import { answer, refusal } from '../logic/problem.js'

const BASE = '/api/v1/'

/** Longer than the 10 s for which core waits on the acknowledgement of a station; then a person gets an answer (W6). */
const TIMEOUT_MS = 20 * SECOND

/** For answers whose body says nothing more than that it went well. */
export const nothing = z.unknown()

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

interface Call<T extends z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly schema: T
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** How long the answer may take, ms. */
  readonly patienceMs?: number | undefined
}

export interface ApiDeps {
  readonly fetch: typeof fetch
  /** Epoch ms of this browser. */
  readonly now: () => number
  /** A `Date` header, with the times around its request. */
  readonly onDate: (dateMs: number, sentAt: number, receivedAt: number) => void
  /** Any answer 401: the session is over, it seems (W11). */
  readonly onSignedOut: () => void
  /** Core wants a fresh proof of who this is (A12); true when it has it. */
  readonly onStepUp: () => Promise<boolean>
}

const address = (path: string, query: Query = {}): string => {
  const words = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const text = new URLSearchParams(words.map(([key, value]) => [key, String(value)])).toString()
  return text === '' ? path : `${path}?${text}`
}

/** A key under which a repeated creation is the same creation. */
const idempotencyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('')

export class Api {
  readonly #deps: ApiDeps

  constructor(deps: ApiDeps) {
    this.#deps = deps
  }

  /** @throws TalosError with the code of the refusal; `unavailable` when core did not answer */
  get<T extends z.ZodType>(path: string, schema: T, query?: Query): Promise<z.infer<T>> {
    return this.#call({ method: 'GET', path: address(path, query), schema })
  }

  /** `patienceMs`: for what takes core longer than a person usually waits. */
  post<T extends z.ZodType>(
    path: string,
    schema: T,
    body: unknown = {},
    patienceMs?: number,
  ): Promise<z.infer<T>> {
    return this.#call({ method: 'POST', path, schema, body, patienceMs })
  }

  /** A POST that makes something: sent twice by a bad line, it is made once. */
  create<T extends z.ZodType>(path: string, schema: T, body: unknown): Promise<z.infer<T>> {
    const headers = { 'Idempotency-Key': idempotencyKey() }
    return this.#call({ method: 'POST', path, schema, body, headers })
  }

  patch<T extends z.ZodType>(path: string, schema: T, body: unknown): Promise<z.infer<T>> {
    return this.#call({ method: 'PATCH', path, schema, body })
  }

  delete(path: string): Promise<unknown> {
    return this.#call({ method: 'DELETE', path, schema: nothing })
  }

  /** A12: an act for which core wants a fresh proof is repeated, once, when the person has given it. */
  async #call<T extends z.ZodType>(call: Call<T>): Promise<z.infer<T>> {
    try {
      return await this.#send(call)
    } catch (error) {
      const isUnproven = error instanceof TalosError && error.code === 'step_up_required'
      if (!isUnproven || !(await this.#deps.onStepUp())) throw error
      return await this.#send(call)
    }
  }

  async #send<T extends z.ZodType>(call: Call<T>): Promise<z.infer<T>> {
    const { method, path, schema, body, headers, patienceMs = TIMEOUT_MS } = call
    const sentAt = this.#deps.now()
    let response: Response
    let text: string
    try {
      response = await this.#deps.fetch(BASE + path, {
        method,
        // Secrets are in some answers; the browser keeps none of them (A29).
        cache: 'no-store',
        credentials: 'same-origin',
        redirect: 'error',
        headers: {
          Accept: 'application/json',
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(patienceMs),
      })
      text = await response.text()
    } catch (cause) {
      throw new TalosError('unavailable', 'Core did not answer. Is the network up?', { cause })
    }
    this.#deps.onDate(Date.parse(response.headers.get('Date') ?? ''), sentAt, this.#deps.now())
    if (response.ok) return answer(schema, text)
    const error = refusal(response.status, text, response.headers.get('Retry-After'))
    if (error.code === 'not_signed_in') this.#deps.onSignedOut()
    throw error
  }
}
