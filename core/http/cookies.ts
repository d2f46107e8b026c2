/**
 * The cookies of core. All with the `__Host-` prefix (A10): only this host can set them, only over a secure
 * connection, for the whole of it.
 * @module
 */
import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { SECOND } from '../../shared/time.js'

const SESSION = '__Host-talos'
/** A7: tells that it was this browser which asked for a link. */
const LOGIN_NONCE = '__Host-talos-login'

/** A22: the browser that waits for a phone. */
const PAIRING = '__Host-talos-pair'

const OPTIONS = {
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'lax',
} as const satisfies CookieSerializeOptions

export const sessionCookie = (request: FastifyRequest): string | undefined => request.cookies[SESSION]
export const loginNonce = (request: FastifyRequest): string | undefined => request.cookies[LOGIN_NONCE]

export function setSession(reply: FastifyReply, secret: string, lifeMs: number): void {
  reply.setCookie(SESSION, secret, { ...OPTIONS, maxAge: lifeMs / SECOND })
}

export function clearSession(reply: FastifyReply): void {
  reply.clearCookie(SESSION, OPTIONS)
}

export function setLoginNonce(reply: FastifyReply, nonce: string, lifeMs: number): void {
  reply.setCookie(LOGIN_NONCE, nonce, { ...OPTIONS, maxAge: lifeMs / SECOND })
}

export function clearLoginNonce(reply: FastifyReply): void {
  reply.clearCookie(LOGIN_NONCE, OPTIONS)
}

export const pairingSecret = (request: FastifyRequest): string | undefined => request.cookies[PAIRING]

export function setPairingSecret(reply: FastifyReply, secret: string, lifeMs: number): void {
  reply.setCookie(PAIRING, secret, { ...OPTIONS, maxAge: lifeMs / SECOND })
}

export function clearPairingSecret(reply: FastifyReply): void {
  reply.clearCookie(PAIRING, OPTIONS)
}
