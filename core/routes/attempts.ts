/**
 * Where the failures of an attempt count (A46).
 * @module
 */
import type { FastifyRequest } from 'fastify'
import { knownBrowser } from '../http/cookies.js'
import type { KnownBrowsers } from '../identity/known-browsers.js'
import type { Source } from '../identity/lock-out.js'

/** Of somebody who is not signed in. */
export function strangerSource(knownBrowsers: KnownBrowsers, request: FastifyRequest): Source {
  const known = knownBrowsers.read(knownBrowser(request))
  return known === null ? { kind: 'address', address: request.ip } : { kind: 'browser', id: known.id }
}
