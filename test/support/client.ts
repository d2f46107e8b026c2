/**
 * A browser, or a program with a Bearer, that speaks to a core without a socket.
 * @module
 */
import type { FastifyInstance, InjectOptions } from 'fastify'
import { secretWatch } from './secret-watch.js'

export interface Answer {
  readonly status: number
  /** The body as JSON, or its text. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever it expects of an answer.
  readonly body: any
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>
  /** `Set-Cookie`, as it came. */
  readonly setCookie: readonly string[]
}

export interface ClientOptions {
  readonly app: FastifyInstance
  /** What a browser says as its Origin; undefined for a program. */
  readonly origin?: string
  readonly bearer?: string
  /** Rate limits count by it. */
  readonly address?: string
}

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'

export class ApiClient {
  readonly cookies = new Map<string, string>()

  constructor(readonly options: ClientOptions) {}

  /** `path` below /api/v1, or a whole one that begins with `//`. */
  async api(
    method: Method,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const { app, origin, bearer, address } = this.options
    const request: InjectOptions = {
      method,
      url: path.startsWith('//') ? path.slice(1) : `/api/v1${path}`,
      remoteAddress: address ?? '127.0.0.1',
      headers: {
        ...(origin === undefined ? {} : { origin }),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(this.cookies.size === 0 ? {} : { cookie: this.cookieHeader }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    }
    const response = await app.inject(request)
    const setCookie = [response.headers['set-cookie'] ?? []].flat()
    for (const line of setCookie) this.#keep(line)
    const isJson = String(response.headers['content-type']).includes('json')
    const said = isJson && response.body !== '' ? JSON.parse(response.body) : response.body
    if (response.statusCode < 400) secretWatch(app).answer(said, setCookie)
    return { status: response.statusCode, body: said, headers: response.headers, setCookie }
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  #keep(line: string): void {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (name === undefined || value === undefined) return
    if (value === '') this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}
