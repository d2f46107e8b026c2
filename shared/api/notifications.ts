/**
 * Notification rules: who is told when health is bad, and how (H5).
 * @module
 */
import { z } from 'zod'
import { emailSchema, idSchema, isoTime, nameSchema, slugSchema } from './common.js'
import { healthCollectorSchema } from './health.js'

export const ALERT_LEVELS = ['warning', 'critical'] as const
export const alertLevelSchema = z.enum(ALERT_LEVELS)
export type AlertLevel = z.infer<typeof alertLevelSchema>

export const MOST_RECIPIENTS = 20
export const MOST_RULES = 50

export const webhookUrlSchema = z
  .string()
  .max(1000)
  .refine((text) => {
    if (!URL.canParse(text)) return false
    const { protocol, username, password, hash } = new URL(text)
    return ['http:', 'https:'].includes(protocol) && username === '' && password === '' && hash === ''
  }, 'must be an http or https address without user, password or fragment')

const fields = {
  name: nameSchema,
  collectors: z
    .array(healthCollectorSchema)
    .min(1)
    .max(20)
    .transform((list) => [...new Set(list)]),
  /** The lowest level that is told. */
  minLevel: alertLevelSchema,
}
const recipients = z.array(emailSchema).min(1).max(MOST_RECIPIENTS)

export const notificationRequest = z
  .strictObject({
    ...fields,
    minLevel: alertLevelSchema.default('warning'),
    /** Members of the organisation, by their address; or `url`. */
    recipients: recipients.optional(),
    url: webhookUrlSchema.optional(),
  })
  .refine(({ recipients, url }) => (recipients === undefined) !== (url === undefined), {
    message: 'give recipients or url, one of the two',
    path: ['recipients'],
  })
export type NotificationRequest = z.infer<typeof notificationRequest>

/** What is not given stays. A rule of mails stays one, a webhook too. */
export const notificationUpdate = z
  .strictObject({ ...fields, recipients, url: webhookUrlSchema, enabled: z.boolean() })
  .partial()
export type NotificationUpdate = z.infer<typeof notificationUpdate>

export const notificationRuleSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  collectors: z.array(healthCollectorSchema),
  minLevel: alertLevelSchema,
  channel: z.enum(['mail', 'webhook']),
  /** Addresses of those who are members now. */
  recipients: z.array(z.string()),
  url: z.string().nullable(),
  enabled: z.boolean(),
  createdAt: isoTime,
  /** When something was last sent by it, and why that did not arrive; null: it did. */
  sentAt: isoTime.nullable(),
  failure: z.string().nullable(),
})
export type NotificationRule = z.infer<typeof notificationRuleSchema>
export const notificationsResponse = z.strictObject({ items: z.array(notificationRuleSchema) })

export const notificationCreated = z.strictObject({
  rule: notificationRuleSchema,
  /** What signs the webhook, shown once; null: it sends mails. */
  secret: z.string().nullable(),
})

/** Of a test message. */
export const notificationTestResponse = z.strictObject({
  sent: z.boolean(),
  /** Why not; null: it was. */
  failure: z.string().nullable(),
})

/** The body of a webhook; `talos-signature` is over it. */
export const webhookBodySchema = z.strictObject({
  type: z.enum(['health.alert', 'health.test']),
  id: idSchema,
  at: isoTime,
  org: slugSchema,
  rule: z.strictObject({ id: idSchema, name: z.string() }),
  /** Where to look. */
  url: z.string(),
  findings: z.array(
    z.strictObject({
      collector: healthCollectorSchema,
      check: z.string(),
      level: alertLevelSchema,
      subject: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
      found: z.string(),
      mend: z.string(),
      since: isoTime,
    }),
  ),
  /** How many more there are. */
  more: z.int().min(0),
})
export type WebhookBody = z.infer<typeof webhookBodySchema>
