/**
 * A person with a browser, as far as HTTP shows it: a cookie, an Origin, JSON.
 * @module
 */
import { confirmRequest } from '../../shared/api/auth.js'

/** The organisation that core makes at its first start. */
export const ORG = 'main'
export const OWNER = 'owner@example.org'

export interface Answered {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever it expects of an answer.
  readonly body: any
}

export class Person {
  #cookie = ''

  constructor(readonly url: string) {}

  /** Opens a sign-in link; its secret is in the fragment. */
  async signIn(link: string, email = OWNER): Promise<void> {
    const token = new URL(link).hash.slice(1)
    const response = await this.#request('POST', '/auth/confirm', confirmRequest.parse({ token, email }))
    if (!response.ok) throw new Error(`the link was answered ${response.status}: ${await response.text()}`)
    this.#cookie = response.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
  }

  /** `path` below /api/v1. */
  async ask(method: string, path: string, body?: unknown): Promise<Answered> {
    const response = await this.#request(method, path, body)
    return { status: response.status, body: await response.json() }
  }

  /** As `ask`. @throws Error when the answer is not a good one */
  // biome-ignore lint/suspicious/noExplicitAny: as in Answered.
  async get(path: string): Promise<any> {
    return (await this.#good('GET', path)).body
  }

  // biome-ignore lint/suspicious/noExplicitAny: as in Answered.
  async post(path: string, body: unknown): Promise<any> {
    return (await this.#good('POST', path, body)).body
  }

  async #good(method: string, path: string, body?: unknown): Promise<Answered> {
    const answer = await this.ask(method, path, body)
    if (answer.status < 300) return answer
    throw new Error(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`)
  }

  #request(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        origin: this.url,
        ...(this.#cookie === '' ? {} : { cookie: this.#cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  }
}
