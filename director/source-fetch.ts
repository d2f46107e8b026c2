/**
 * One conditional request to a source: bounded in time and size, to no address that the guard refuses, also behind a
 * redirect, and also where a name changes its address between two questions: it is judged as it is connected to.
 * @module
 */
import { lookup as systemLookup } from 'node:dns'
import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { LookOutcome } from '../shared/api/sources.js'
import { publicOnly } from '../shared/public-address.js'
import { SECOND } from '../shared/time.js'
import { refusalOf, type TrustedOrigins } from './source-guard.js'

/** CelesTrak's largest group is some 12 MB of OMM JSON. */
const MOST_BYTES = 40_000_000
/** What is read of an answer that is none. */
const MOST_ERROR_BYTES = 4000
const TIMEOUT_MS = 60 * SECOND
const MOST_REDIRECTS = 3
/** As core keeps them. */
const LONGEST = { etag: 200, lastModified: 100 } as const
/** CelesTrak says so with a 403 to who has its newest data already (2026). */
const NOTHING_NEW = /has not updated since your last successful/i

/** What a source is known by from the last time. */
export interface Validators {
  readonly etag: string | null
  readonly lastModified: string | null
}

export type Fetched =
  | ({ readonly ok: true; readonly text: string; readonly note: string } & Validators)
  | {
      readonly ok: false
      readonly outcome: Exclude<LookOutcome, 'changed'>
      /** In words. */
      readonly result: string
      readonly retryAfterS: number | null
    }

export interface FetchOptions {
  readonly trusted: TrustedOrigins
  /** Resolves names; the system's where none is given. */
  readonly lookup?: LookupFunction
  readonly timeoutMs?: number
  readonly mostBytes?: number
}

const UNPACK = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
])
/** No request got there. */
const UNREACHABLE = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EADDRNOTAVAIL',
])
const ADDRESS_REFUSED = 'ERR_ADDRESS_REFUSED'

const failed = (result: string): Fetched => ({ ok: false, outcome: 'failed', result, retryAfterS: null })

/** Gives what there is since last time. Throws nothing: what goes wrong is an outcome. */
export async function fetchSource(
  address: string,
  last: Validators,
  options: FetchOptions,
): Promise<Fetched> {
  const signal = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)
  try {
    return await follow(new URL(address), last, options, signal)
  } catch (error) {
    return failureOf(error, signal)
  }
}

async function follow(
  start: URL,
  last: Validators,
  options: FetchOptions,
  signal: AbortSignal,
): Promise<Fetched> {
  let url = start
  let note = ''
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const refusal = refusalOf(url, options.trusted)
    if (refusal !== null) return { ok: false, outcome: 'unreachable', result: refusal, retryAfterS: null }
    const answer = await ask(url, last, options, signal)
    const status = answer.statusCode ?? 0
    const { location } = answer.headers
    if (status < 301 || status > 308 || status === 304 || location === undefined)
      return await judged(answer, status, note, options)
    answer.destroy()
    if (!URL.canParse(location, url.href))
      return failed(`it leads on to what is no address: ${location.slice(0, 80)}`)
    url = new URL(location, url)
    if (status === 301 || status === 308) note = `; it has moved to ${url.href.slice(0, 120)}`
  }
  return failed(`it leads on more than ${MOST_REDIRECTS} times`)
}

function ask(
  url: URL,
  last: Validators,
  options: FetchOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const headers = {
    'user-agent': 'Talos',
    accept: 'application/json, application/xml;q=0.9, text/csv;q=0.9, text/plain;q=0.9, */*;q=0.5',
    'accept-encoding': 'gzip, deflate, br',
    ...(last.etag === null ? {} : { 'if-none-match': last.etag }),
    ...(last.lastModified === null ? {} : { 'if-modified-since': last.lastModified }),
  }
  const isTrusted = options.trusted.has(url.origin)
  const lookup = isTrusted
    ? options.lookup
    : publicOnly(options.lookup ?? (systemLookup as LookupFunction), notPublic)
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? secureRequest : plainRequest
    // A connection of its own: one that is kept would not be looked up, and not judged, again.
    request(url, { headers, signal, agent: false, ...(lookup === undefined ? {} : { lookup }) })
      .once('response', resolve)
      .once('error', reject)
      .end()
  })
}

function notPublic(hostname: string, addresses: readonly string[]): NodeJS.ErrnoException {
  const refused: NodeJS.ErrnoException = new Error(
    `${hostname} is ${addresses.join(', ')}, no address of the public internet: use another, or name the origin in TALOS_SOURCE_ORIGINS`,
  )
  refused.code = ADDRESS_REFUSED
  return refused
}

async function judged(
  answer: IncomingMessage,
  status: number,
  note: string,
  options: FetchOptions,
): Promise<Fetched> {
  if (status === 304) {
    answer.resume()
    return { ok: false, outcome: 'unchanged', result: `not changed${note}`, retryAfterS: null }
  }
  if (status !== 200) return await refused(answer, status)
  const most = options.mostBytes ?? MOST_BYTES
  const text = await textOf(answer, most)
  if (text === null) return failed(`the answer has more than ${most} bytes`)
  if (/^\s*<(!doctype\s+html|html)\b/i.test(text))
    return failed(`the answer is a web page, no elements: ${JSON.stringify(titleOf(text))}${note}`)
  const { etag = null, 'last-modified': lastModified = null } = answer.headers
  return {
    ok: true,
    text,
    note,
    // One that core would not keep must not fail the report.
    etag: etag !== null && etag.length <= LONGEST.etag ? etag : null,
    lastModified: lastModified !== null && lastModified.length <= LONGEST.lastModified ? lastModified : null,
  }
}

async function refused(answer: IncomingMessage, status: number): Promise<Fetched> {
  const said = ((await textOf(answer, MOST_ERROR_BYTES)) ?? '').trim()
  const words = said === '' || said.startsWith('<') ? '' : `: ${JSON.stringify(said.slice(0, 160))}`
  if (status === 403 && NOTHING_NEW.test(said))
    return { ok: false, outcome: 'unchanged', result: 'not changed since the last look', retryAfterS: null }
  const isRefusal = status === 401 || status === 403 || status === 429
  return {
    ok: false,
    outcome: isRefusal ? 'refused' : 'failed',
    result: `it answered ${status}${words}`,
    retryAfterS: retryAfter(answer.headers['retry-after']),
  }
}

/** Seconds; a date is not used by those that are asked here. */
const retryAfter = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : null

const titleOf = (page: string) => (/<title[^>]*>([^<]{0,80})/i.exec(page)?.[1] ?? page.slice(0, 60)).trim()

/** Null where it is longer, unpacked, than that. */
async function textOf(answer: IncomingMessage, most: number): Promise<string | null> {
  const make = UNPACK.get(answer.headers['content-encoding'] ?? '')
  const stream = make === undefined ? answer : answer.pipe(make())
  // `pipe` hands no errors on.
  if (stream !== answer) answer.once('error', (error) => stream.destroy(error))
  const parts: Buffer[] = []
  let size = 0
  for await (const part of stream as AsyncIterable<Buffer>) {
    size += part.length
    if (size > most) {
      answer.destroy()
      return null
    }
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function failureOf(error: unknown, signal: AbortSignal): Fetched {
  if (signal.aborted) return failed('no whole answer in time')
  const { code, message } = error as NodeJS.ErrnoException
  const isUnreachable = code !== undefined && (UNREACHABLE.has(code) || code === ADDRESS_REFUSED)
  return {
    ok: false,
    outcome: isUnreachable ? 'unreachable' : 'failed',
    result: code === ADDRESS_REFUSED ? message : `no answer: ${message}`,
    retryAfterS: null,
  }
}
