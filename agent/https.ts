/**
 * One JSON request to the control plane. Certificates are always verified, redirects never followed, answers bounded.
 * @module
 */
import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'

export interface JsonRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly body?: unknown
  readonly bearer?: string
  /** PEM of a certificate authority to trust instead of the system's. */
  readonly ca?: string
  /** The name in the server's certificate, when it is not that in the address. */
  readonly serverName?: string
}

export interface JsonAnswer {
  readonly status: number
  readonly body: unknown
  /** When to come again, as the server says. */
  readonly retryAfterS?: number
}

const TIMEOUT_MS = 15_000
/** For the whole of an answer that comes in drops. */
const DEADLINE_MS = 60_000
const MOST_BYTES = 256 * 1024

/** Sends and parses. Rejects when nobody answers in 15 s, when the answer is too long, or when it is not JSON. */
export function requestJson(options: JsonRequest): Promise<JsonAnswer> {
  const url = new URL(options.url)
  const send = url.protocol === 'https:' ? secureRequest : plainRequest
  const payload = options.body === undefined ? null : JSON.stringify(options.body)
  const headers = {
    accept: 'application/json, application/problem+json',
    ...(payload === null
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
    ...(options.bearer === undefined ? {} : { authorization: `Bearer ${options.bearer}` }),
  }
  return new Promise((resolve, reject) => {
    const trust = {
      ...(options.ca === undefined ? {} : { ca: options.ca }),
      ...(options.serverName === undefined ? {} : { servername: options.serverName }),
    }
    const request = send(
      url,
      {
        method: options.method,
        headers,
        timeout: TIMEOUT_MS,
        signal: AbortSignal.timeout(DEADLINE_MS),
        ...trust,
      },
      (response) => {
        const chunks: Buffer[] = []
        let size = 0
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > MOST_BYTES) request.destroy(new Error(`the answer is longer than ${MOST_BYTES} bytes`))
          else chunks.push(chunk)
        })
        response.on('error', reject)
        response.on('end', () => {
          try {
            const after = /^\d{1,4}$/.exec(response.headers['retry-after'] ?? '')?.[0]
            resolve({
              status: response.statusCode ?? 0,
              body: JSON.parse(Buffer.concat(chunks).toString('utf8')),
              ...(after === undefined ? {} : { retryAfterS: Number(after) }),
            })
          } catch (cause) {
            reject(new Error(`HTTP ${response.statusCode} without JSON`, { cause }))
          }
        })
      },
    )
    request.on('timeout', () => request.destroy(new Error(`no answer in ${TIMEOUT_MS / 1000} s`)))
    request.on('error', reject)
    request.end(payload ?? undefined)
  })
}
