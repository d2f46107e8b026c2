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
/** The browser that was given something to sign with a passkey. */
const PASSKEY_NONCE = '__Host-talos-passkey'
/** The browser that was sent to an OpenID provider. */
const OIDC_NONCE = '__Host-talos-oidc'
/** Somebody has signed in here before: see `core/identity/known-browsers.ts`. */
const KNOWN_BROWSER = '__Host-talos-known'

const OPTIONS = {
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'lax',
} as const satisfies CookieSerializeOptions

/** Whether a browser of ours sent this: programs have none of these. */
export const bringsCookie = (request: FastifyRequest): boolean =>
  Object.keys(request.cookies).some((name) => name.startsWith(SESSION))

export const sessionCookie = (request: FastifyRequest): string | undefined => request.cookies[SESSION]
export const loginNonce = (request: FastifyRequest): string | undefined => request.cookies[LOGIN_NONCE]

export function setSession(reply: FastifyReply, secret: string, lifeMs: number): void {
  reply.setCookie(SESSION, secret, { ...OPTIONS, maxAge: Math.floor(lifeMs / SECOND) })
}

export function clearSession(reply: FastifyReply): void {
  reply.clearCookie(SESSION, OPTIONS)
}

export function setLoginNonce(reply: FastifyReply, nonce: string, lifeMs: number): void {
  reply.setCookie(LOGIN_NONCE, nonce, { ...OPTIONS, maxAge: Math.floor(lifeMs / SECOND) })
}

export function clearLoginNonce(reply: FastifyReply): void {
  reply.clearCookie(LOGIN_NONCE, OPTIONS)
}

export const passkeyNonce = (request: FastifyRequest): string | undefined => request.cookies[PASSKEY_NONCE]

export function setPasskeyNonce(reply: FastifyReply, nonce: string, lifeMs: number): void {
  reply.setCookie(PASSKEY_NONCE, nonce, { ...OPTIONS, maxAge: Math.floor(lifeMs / SECOND) })
}

export function clearPasskeyNonce(reply: FastifyReply): void {
  reply.clearCookie(PASSKEY_NONCE, OPTIONS)
}

export const oidcNonce = (request: FastifyRequest): string | undefined => request.cookies[OIDC_NONCE]

export function setOidcNonce(reply: FastifyReply, nonce: string, lifeMs: number): void {
  reply.setCookie(OIDC_NONCE, nonce, { ...OPTIONS, maxAge: Math.floor(lifeMs / SECOND) })
}

export function clearOidcNonce(reply: FastifyReply): void {
  reply.clearCookie(OIDC_NONCE, OPTIONS)
}

export const pairingSecret = (request: FastifyRequest): string | undefined => request.cookies[PAIRING]

export function setPairingSecret(reply: FastifyReply, secret: string, lifeMs: number): void {
  reply.setCookie(PAIRING, secret, { ...OPTIONS, maxAge: Math.floor(lifeMs / SECOND) })
}

export function clearPairingSecret(reply: FastifyReply): void {
  reply.clearCookie(PAIRING, OPTIONS)
}

export const knownBrowser = (request: FastifyRequest): string | undefined => request.cookies[KNOWN_BROWSER]

export function setKnownBrowser(reply: FastifyReply, text: string, lifeMs: number): void {
  reply.setCookie(KNOWN_BROWSER, text, { ...OPTIONS, maxAge: Math.floor(lifeMs / SECOND) })
}
