/**
 * The audit trail and the organisations.
 * @module
 */
import { z } from 'zod'
import { plainText } from '../messages.js'
import { idSchema, isoTime, pageOf, pageQuery, slugSchema } from './common.js'

/** H7: a closed list of acts. */
export const AUDIT_ACTIONS = [
  'system.start',
  'org.create',
  'org.update',
  'user.create',
  'user.disable',
  'user.enable',
  'user.expire',
  'user.expiry_set',
  'user.expiry_withheld',
  'user.delete',
  'member.role',
  'member.remove',
  'member.leave',
  'invite.create',
  'invite.resend',
  'invite.revoke',
  'invite.accept',
  'invite.decline',
  'sign_in_link.issue',
  'passkey.register',
  'passkey.remove',
  'passkey.forget',
  'user.sign_in',
  'user.sign_out',
  'session.end',
  'session.step_up',
  'session.step_up_mail',
  'api_token.issue',
  'api_token.revoke',
  'device_login.approve',
  'device_login.deny',
  'command_line.begin',
  'command_line.end',
  'command_line.reuse',
  'access_token.revoke',
  'pairing.approve',
  'pairing.deny',
  'auth_settings.update',
  'enrollment_token.issue',
  'enrollment_token.revoke',
  'enrollment_token.redeem',
  'enrollment_token.unusual',
  'station.create',
  'station.update',
  'station.approve',
  'station.reject',
  'station.revoke',
  'station.lock',
  'station.unlock',
  'station.control',
  'station.control_end',
  'station.maintain',
  'station.maintain_end',
  'station.expire',
  'station.key_issue',
  'station.key_ask',
  'station.key_prove',
  'station.key_reuse',
  'station.certificate_issue',
  'station.certificate_prove',
  'service.key_issue',
  'signing_key.rotate',
  'signing_key.retire',
  'certificate_authority.create',
  'certificate_authority.retire',
  'master_key.rotate',
  'database.restored',
  'command.send',
  'campaign.create',
  'campaign.update',
  'campaign.delete',
  'contact.cancel',
  'contact.book',
  'contact.fix',
  'contact.unfix',
  'contact.forbid',
  'contact.allow',
  'plan.sign',
  'plan.withdraw',
  'schedule.store',
  'elements.import',
  'elements.source_create',
  'elements.source_delete',
  'elements.source_check',
  'transmitters.add',
  'transmitters.remove',
  'transmitters.replace',
  'catalogue.replace',
  'notification.create',
  'notification.update',
  'notification.delete',
  'notification.test',
  'broker.refuse',
] as const
export type AuditAction = (typeof AUDIT_ACTIONS)[number]
export const AUDIT_OUTCOMES = ['success', 'denied', 'validation_failed', 'failed'] as const
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number]
export const ACTOR_KINDS = ['user', 'station', 'service', 'system', 'anonymous'] as const

export const auditEventSchema = z.strictObject({
  id: z.string(),
  at: isoTime,
  actorKind: z.enum(ACTOR_KINDS),
  actorId: z.string(),
  action: z.enum(AUDIT_ACTIONS),
  targetKind: z.string().nullable(),
  targetId: z.string().nullable(),
  outcome: z.enum(AUDIT_OUTCOMES),
  address: z.string().nullable(),
  requestId: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
})
export type AuditEvent = z.infer<typeof auditEventSchema>
const auditFilters = {
  action: z.enum(AUDIT_ACTIONS).optional(),
  outcome: z.enum(AUDIT_OUTCOMES).optional(),
  actorKind: z.enum(ACTOR_KINDS).optional(),
  actor: plainText.max(64).optional(),
  target: plainText.max(64).optional(),
  /** From then on, and before then. */
  from: isoTime.optional(),
  to: isoTime.optional(),
}
/** H9. */
export const auditQuery = pageQuery.extend(auditFilters)
export const auditExportQuery = pageQuery.pick({ search: true }).extend(auditFilters)
export const auditResponse = pageOf(auditEventSchema)

export const orgSchema = z.strictObject({ id: idSchema, slug: slugSchema, name: z.string() })
export const orgsResponse = z.strictObject({ items: z.array(orgSchema) })

export const readinessSchema = z.strictObject({
  ready: z.boolean(),
  database: z.boolean(),
  broker: z.boolean(),
})
