/**
 * Tells people of troubles, by the rules of their organisations. It only sends: what is worth telling, and when again, is
 * decided elsewhere (H5).
 * @module
 */
import { HEALTH_LEVELS } from '../../shared/api/health.js'
import { SECOND } from '../../shared/time.js'
import type { Context } from '../context.js'
import { newId } from '../crypto/ids.js'
import type { Sealer } from '../crypto/seal.js'
import { webhookPlace } from '../crypto/seal-anew.js'
import { type Message, mailOf, webhookOf } from './alert-text.js'
import type { LiveRule, NotificationRules } from './notification-rules.js'
import type { Trouble } from './troubles.js'
import { sendWebhook, signatureOf, type WebhookOptions } from './webhook.js'

/** As much of a mailer as is used. */
export interface Post {
  send(mail: { to: string; subject: string; text: string }): Promise<void>
}

const MOST_TRIES = 3
/** What waits for another try; beyond, the oldest is given up. */
const MOST_WAITING = 100
const LONGEST_FAILURE = 300

interface Waiting {
  readonly live: LiveRule
  readonly message: Message
  /** Who is still to get it: addresses of people, or the one of the webhook. */
  readonly to: readonly string[]
  readonly tries: number
}

/** What became of a message: why it did not arrive, and at whom; null: it did. */
type Failed = { readonly why: string; readonly at: readonly string[] } | null

export interface AlertParts {
  readonly context: Pick<Context, 'prisma' | 'clock' | 'random' | 'log' | 'addresses'>
  readonly rules: Pick<NotificationRules, 'live'>
  readonly sealer: Sealer
  readonly mailer: Post
  readonly webhooks: WebhookOptions
}

export class Alerts {
  /** Of the last time that the database answered: it may be what there is to tell of. */
  #rules: readonly LiveRule[] = []
  #waiting: Waiting[] = []
  #sending: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(private readonly parts: AlertParts) {}

  /** Sends what these are worth to whom, in the background; what failed before is tried again. */
  async tell(due: readonly Trouble[]): Promise<void> {
    const { rules, context } = this.parts
    this.#rules = await rules.live().catch(() => this.#rules)
    const again = this.#waiting.splice(0)
    const fresh = this.#rules.flatMap((live): Waiting[] => {
      const troubles = due.filter((trouble) => concerns(live, trouble))
      if (troubles.length === 0) return []
      return [{ live, message: this.#message('health.alert', live, troubles), to: toOf(live), tries: 0 }]
    })
    if (again.length + fresh.length === 0) return
    this.#sending = this.#sending
      .then(async () => {
        for (const waiting of [...again, ...fresh]) await this.#try(waiting)
      })
      .catch((error: unknown) => context.log.error({ err: error }, 'alerts were not sent'))
  }

  /** Sends a test by this rule, now. Returns why it did not arrive; null: it did. */
  async test(live: LiveRule): Promise<string | null> {
    const failed = await this.#send(live, this.#message('health.test', live, []), toOf(live))
    await this.#note(live, failed?.why ?? null)
    return failed?.why ?? null
  }

  /** Waits for what is being sent. */
  async drain(): Promise<void> {
    await this.#sending
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#sending
  }

  #message(type: Message['type'], { rule, org }: LiveRule, troubles: readonly Trouble[]): Message {
    const { clock, random, addresses } = this.parts.context
    return {
      ...{ type, id: newId(random), org, rule: { id: rule.id, name: rule.name }, troubles },
      ...{ url: `${addresses.publicUrl}/health`, at: clock.now() },
    }
  }

  /** Whoever got it does not get it again because another did not. */
  async #try({ live, message, to, tries }: Waiting): Promise<void> {
    if (this.#isStopped) return
    const failed = await this.#send(live, message, to)
    await this.#note(live, failed?.why ?? null)
    if (failed === null || failed.at.length === 0 || tries + 1 >= MOST_TRIES) return
    this.#waiting = [...this.#waiting, { live, message, to: failed.at, tries: tries + 1 }].slice(
      -MOST_WAITING,
    )
  }

  async #send(live: LiveRule, message: Message, to: readonly string[]): Promise<Failed> {
    const failed = live.rule.url === null ? await this.#mail(message, to) : await this.#call(live, message)
    const { log } = this.parts.context
    const said = { rule: live.rule.id, org: live.org, type: message.type, troubles: message.troubles.length }
    if (failed === null) log.info(said, 'health: told')
    else log.warn({ ...said, failure: failed.why }, 'health: could not be told')
    return failed
  }

  async #mail(message: Message, to: readonly string[]): Promise<Failed> {
    if (to.length === 0) return { why: 'none of its recipients is a member any more', at: [] }
    const mail = mailOf(message)
    const at: string[] = []
    const why: string[] = []
    for (const address of to) {
      try {
        await this.parts.mailer.send({ to: address, ...mail })
      } catch (error) {
        at.push(address)
        why.push(`${address}: ${error instanceof Error ? error.message : 'refused'}`)
      }
    }
    return at.length === 0 ? null : { why: why.join('; ').slice(0, LONGEST_FAILURE), at }
  }

  async #call({ rule, sealed }: LiveRule, message: Message): Promise<Failed> {
    const { sealer, webhooks, context } = this.parts
    if (rule.url === null || sealed === null) return { why: 'it has no address', at: [] }
    const secret = sealer.open(sealed, webhookPlace(rule.id)).toString('utf8')
    const body = JSON.stringify(webhookOf(message))
    const timestampS = Math.floor(context.clock.now() / SECOND)
    const headers = {
      'talos-timestamp': String(timestampS),
      'talos-signature': signatureOf(secret, timestampS, body),
    }
    const why = await sendWebhook(rule.url, body, headers, webhooks)
    return why === null ? null : { why: why.slice(0, LONGEST_FAILURE), at: [rule.url] }
  }

  async #note({ rule }: LiveRule, failure: string | null): Promise<void> {
    const { prisma, clock, log } = this.parts.context
    await prisma.notificationRule
      .updateMany({ where: { id: rule.id }, data: { sentAt: new Date(clock.now()), failure } })
      .catch((error: unknown) => log.warn({ err: error }, 'what became of an alert was not written'))
  }
}

const toOf = ({ rule }: LiveRule): readonly string[] => (rule.url === null ? rule.recipients : [rule.url])

/** Is this for that rule? What is of the whole installation concerns every rule that names it. */
export function concerns({ rule, orgId }: Pick<LiveRule, 'rule' | 'orgId'>, trouble: Trouble): boolean {
  const isLoud = HEALTH_LEVELS.indexOf(trouble.level) >= HEALTH_LEVELS.indexOf(rule.minLevel)
  const isOurs = trouble.orgId === null || trouble.orgId === orgId
  return rule.enabled && isLoud && isOurs && rule.collectors.includes(trouble.collector)
}
