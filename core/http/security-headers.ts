/**
 * Headers that keep browsers from being turned against us (A29, A30, A43).
 * @module
 */
import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

/** What a page of ours may load: from us alone. No inline script, no inline style, no frame around it. */
const DIRECTIVES = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  scriptSrcAttr: ["'none'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  // CSP 3: 'self' covers the WebSocket of the same host too.
  connectSrc: ["'self'"],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
} as const

const HALF_A_YEAR_S = 15_552_000

/** `https`: people reach us over TLS, so browsers may be told never to try anything else. */
export async function secureHeaders(app: FastifyInstance, https: boolean): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { ...DIRECTIVES } },
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
    strictTransportSecurity: https ? { maxAge: HALF_A_YEAR_S } : false,
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    // A29: nothing is for any cache but files that say so themselves. Not judged by the address: one can be written in
    // many ways, such as /%61pi.
    reply.header('cache-control', 'no-store').header('pragma', 'no-cache')
  })
}
