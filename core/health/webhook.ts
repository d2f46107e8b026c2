/**
 * Sends a signed message to an address that a person gave: bounded in time and size, along no redirect, and to no address
 * of the inner network unless who runs the installation has named it (SSRF). The address is judged as it is connected to.
 * @module
 */
import { createHmac } from 'node:crypto'
import { lookup as systemLookup } from 'node:dns'
import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { publicOnly, refusalOfUrl } from '../../shared/public-address.js'
import { SECOND } from '../../shared/time.js'

const TIMEOUT_MS = 10 * SECOND
/** What is read of an answer, to say why it was none. */
const MOST_BYTES = 2000

export interface WebhookOptions {
  /** Origins that are asked wherever they lead: `http://hooks.lan:8000`. */
  readonly trusted: ReadonlySet<string>
  /** Resolves names; the system's where none is given. */
  readonly lookup?: LookupFunction
  readonly timeoutMs?: number
}

/**
 * The signature of a body sent at that second: `v1=` and the HMAC-SHA-256 of `<timestamp>.<body>` in hex. The time is
 * under it, so that what was recorded cannot be said again later.
 */
export const signatureOf = (secret: string, timestampS: number, body: string): string =>
  `v1=${createHmac('sha256', secret).update(`${timestampS}.${body}`).digest('hex')}`

/** What is wrong with an address as it is written, in words; null where it may be looked up. */
export function webhookRefusal(address: string, trusted: ReadonlySet<string>): string | null {
  const url = new URL(address)
  return refusalOfUrl(url, trusted, `or have ${url.origin} named in TALOS_WEBHOOK_ORIGINS`)
}

/** Returns why it did not arrive, in words; null: it did, any 2xx is an answer. Throws nothing. */
export async function sendWebhook(
  address: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  options: WebhookOptions,
): Promise<string | null> {
  const refusal = webhookRefusal(address, options.trusted)
  if (refusal !== null) return refusal
  const signal = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)
  try {
    const answer = await post(new URL(address), body, headers, options, signal)
    const status = answer.statusCode ?? 0
    const said = await beginningOf(answer)
    if (status >= 200 && status < 300) return null
    if (status >= 300 && status < 400) return `it answered ${status}: redirects are not followed`
    return said === '' ? `it answered ${status}` : `it answered ${status}: ${JSON.stringify(said)}`
  } catch (error) {
    if (signal.aborted) return 'no whole answer in time'
    return error instanceof Error ? error.message.slice(0, 300) : 'no answer'
  }
}

function post(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  { trusted, lookup: given }: WebhookOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const lookup = trusted.has(url.origin)
    ? given
    : publicOnly(given ?? (systemLookup as LookupFunction), notPublic)
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? secureRequest : plainRequest
    const sent = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'Talos',
      ...headers,
    }
    // A connection of its own: one that is kept would not be judged again.
    const options = { method: 'POST', headers: sent, signal, agent: false }
    request(url, { ...options, ...(lookup === undefined ? {} : { lookup }) })
      .once('response', resolve)
      .once('error', reject)
      .end(body)
  })
}

/** Without the addresses: they are the inner network's, and who asks may be a guest of it. */
const notPublic = (hostname: string): Error =>
  new Error(`${hostname} leads to no address of the public internet`)

/** One line of what it said; the rest is not read. */
async function beginningOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of answer as AsyncIterable<Buffer>) {
    size += part.length
    parts.push(part)
    if (size > MOST_BYTES) break
  }
  answer.destroy()
  const text = Buffer.concat(parts).toString('utf8').trim()
  return text.startsWith('<') ? '' : text.replace(/[\p{Cc}\p{Cs}]+/gu, ' ').slice(0, 160)
}
