/**
 * The browser behind a request: what a session keeps of it, and what the audit trail does.
 * @module
 */
import type { FastifyRequest } from 'fastify'

export interface Browser {
  readonly address: string
  readonly userAgent: string
  readonly requestId: string
}

export const browserOf = (request: FastifyRequest): Browser => ({
  address: request.ip,
  userAgent: request.headers['user-agent'] ?? '',
  requestId: request.id,
})
