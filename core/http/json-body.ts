/**
 * Reading JSON bodies. Nothing else is read, so that a form on another site cannot post to us.
 * @module
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { TalosError } from '../../shared/errors.js'
import { pointer } from './validation.js'

/** A byte order mark is kept, so that a body of nothing else is not taken for none. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** PostgreSQL's text holds no NUL and its jsonb no half of a surrogate pair: refused here, not as a 500 there. */
const UNSTORABLE = /\0|\p{Surrogate}/u

/** No body of ours goes half as deep; one of a stranger could go deeper than the call stack. */
const MAX_DEPTH = 32

const misfit = (path: readonly string[], detail: string): TalosError =>
  new TalosError('invalid_request', `The body does not fit: ${pointer(path) || 'it'} ${detail}.`, {
    errors: [{ pointer: pointer(path), detail }],
  })

function refuseDepth(value: unknown, left = MAX_DEPTH): void {
  if (typeof value !== 'object' || value === null) return
  if (left === 0) throw misfit([], 'is nested too deeply')
  for (const item of Object.values(value)) refuseDepth(item, left - 1)
}

/** The body as text. @throws TalosError for what is packed, in another charset than UTF-8, or not even that */
function textOf(headers: IncomingHttpHeaders, body: string | Buffer): string {
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity')
    throw new TalosError('unsupported_media_type', 'Send the body as it is, without Content-Encoding.')
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8'
  if (!/^utf-?8$/i.test(charset))
    throw new TalosError('unsupported_media_type', 'Send the body in UTF-8, as RFC 8259 wants JSON.')
  try {
    return typeof body === 'string' ? body : UTF8.decode(body)
  } catch {
    throw misfit([], 'is not UTF-8')
  }
}

function refuseUnstorable(value: unknown, path: readonly string[]): void {
  if (typeof value === 'string') {
    if (UNSTORABLE.test(value)) throw misfit(path, 'holds a NUL or half a character')
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, item] of Object.entries(value)) {
    refuseUnstorable(key, path)
    refuseUnstorable(item, [...path, key])
  }
}

/** Takes `application/json` and nothing else; an empty body is no body. */
export function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    let text: string
    try {
      text = textOf(request.headers, body)
    } catch (refusal) {
      return done(refusal as Error)
    }
    if (text === '') return done(null, undefined)
    parse(request, text, (error, value: unknown) => {
      if (error !== null) return done(error)
      try {
        refuseDepth(value)
        // Both can stand in JSON only as an escape: a NUL because JSON says so, a half because UTF-8 has none.
        if (text.includes('\\u')) refuseUnstorable(value, [])
      } catch (refusal) {
        return done(refusal as Error)
      }
      done(null, value)
    })
  })
}
