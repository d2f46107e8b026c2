/**
 * Reading JSON bodies. Nothing else is read, so that a form on another site cannot post to us.
 * @module
 */
import type { FastifyInstance } from 'fastify'
import { TalosError } from '../../shared/errors.js'
import { pointer } from './validation.js'

/** PostgreSQL's text holds no NUL and its jsonb no half of a surrogate pair: refused here, not as a 500 there. */
const UNSTORABLE = /\0|\p{Surrogate}/u

/** No body of ours goes half as deep; one of a stranger could go deeper than the call stack. */
const MAX_DEPTH = 32

const misfit = (path: readonly string[], detail: string): TalosError =>
  new TalosError('invalid_request', `The body does not fit: ${pointer(path) || 'it'} ${detail}.`, {
    errors: [{ pointer: pointer(path), detail }],
  })

function refuseUnstorable(value: unknown, path: readonly string[]): void {
  if (typeof value === 'string') {
    if (UNSTORABLE.test(value)) throw misfit(path, 'holds a NUL or half a character')
    return
  }
  if (typeof value !== 'object' || value === null) return
  if (path.length === MAX_DEPTH) throw misfit(path, 'is nested too deeply')
  for (const [key, item] of Object.entries(value)) {
    refuseUnstorable(key, path)
    refuseUnstorable(item, [...path, key])
  }
}

/** Takes `application/json` and nothing else; an empty body is no body. */
export function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = body.toString()
    if (text === '') return done(null, undefined)
    parse(request, text, (error, value: unknown) => {
      if (error !== null) return done(error)
      try {
        // Both can stand in JSON only as an escape: a NUL because JSON says so, a half because UTF-8 has none.
        if (text.includes('\\u')) refuseUnstorable(value, [])
      } catch (refusal) {
        return done(refusal as Error)
      }
      done(null, value)
    })
  })
}
