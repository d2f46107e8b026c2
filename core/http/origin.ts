/**
 * Requests forged by other sites: SameSite=Lax stops most, the Origin header the rest.
 * @module
 */
import { TalosError } from '../../shared/errors.js'

export const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** The origins of our own pages. */
export type AllowedOrigins = () => ReadonlySet<string>

/** The public origin; beside it, outside production, every name of this machine at the listener's port. */
export function allowedOrigins(publicUrl: string, listener: string | null): ReadonlySet<string> {
  if (listener === null) return new Set([publicUrl])
  const { protocol, port } = new URL(listener)
  const here = ['127.0.0.1', 'localhost', '[::1]'].map(
    (host) => new URL(`${protocol}//${host}:${port}`).origin,
  )
  return new Set([publicUrl, ...here])
}

export interface OriginFacts {
  readonly method: string
  readonly origin: string | undefined
  /** The right comes from a cookie, which browsers send by themselves. */
  readonly byCookie: boolean
}

/**
 * A method that changes something, from another site or, by cookie, from nobody knows where, is refused.
 * @throws TalosError `origin_refused`
 */
export function checkOrigin(facts: OriginFacts, allowed: ReadonlySet<string>): void {
  if (SAFE_METHODS.has(facts.method)) return
  if (facts.origin === undefined && !facts.byCookie) return
  requireOrigin(facts.origin, allowed)
}

/** For WebSockets, which no same-origin policy holds back (B11). */
export function requireOrigin(origin: string | undefined, allowed: ReadonlySet<string>): void {
  if (origin !== undefined && allowed.has(origin)) return
  const detail =
    origin === undefined
      ? 'The request names no Origin. Send it from our own page, or with an API token.'
      : `Requests from ${origin.slice(0, 200)} are not accepted.`
  throw new TalosError('origin_refused', detail)
}
