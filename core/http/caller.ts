/**
 * On whose behalf a service acts, and what the audit trail keeps of the request.
 * @module
 */
import type { FastifyRequest } from 'fastify'
import type { Actor, OrgRef } from './actor.js'

export interface Caller {
  readonly actor: Actor
  readonly address: string
  readonly requestId: string
}

export interface OrgCaller extends Caller {
  readonly org: OrgRef
}

export const callerOf = ({ actor, ip, id }: FastifyRequest): Caller => ({
  actor,
  address: ip,
  requestId: id,
})

/** The caller of a route with `:org`. */
export const orgCallerOf = (request: FastifyRequest): OrgCaller => ({
  ...callerOf(request),
  org: request.org,
})

/** A caller, or core itself, which comes from no address and at nobody's request. */
export type AuditCaller = Pick<Caller, 'actor'> & Partial<Caller>

/** The part of an audit row that each act of this caller shares. */
export const auditOf = (caller: AuditCaller & { readonly org?: OrgRef }) => ({
  actor: caller.actor,
  orgId: caller.org?.id,
  address: caller.address,
  requestId: caller.requestId,
})
