/**
 * Between core and its broker: what ends, changes and is asked for goes out; what was refused goes into the audit trail.
 * @module
 */
import type { Broker } from '../broker/broker.js'
import type { RefusalEvent } from '../broker/contracts.js'
import { contactMessageSchema } from '../shared/api/contacts.js'
import { controlMessageSchema } from '../shared/api/control.js'
import { type Refresh, refreshSchema } from '../shared/messages.js'
import { iso } from '../shared/time.js'
import { topics } from '../shared/topics.js'
import type { Context } from './context.js'
import type { Ended } from './events.js'

/** 500 stations that come back at once cause one `refresh`, not 500 to 500. */
const REFRESH_MS = 250

type Bus = Pick<Broker, 'cut' | 'publish'>

/** Carries the events of core to the broker. Returns what stops it. */
export function wireEvents({ events, clock }: Pick<Context, 'events' | 'clock'>, broker: Bus): () => void {
  const due = new Map<Refresh['what'], NodeJS.Timeout>()
  const publishRefresh = (what: Refresh['what']) => {
    due.delete(what)
    broker.publish(topics.refresh(), JSON.stringify(refreshSchema.parse({ ts: iso(clock.now()), what })))
  }
  const unsubscribe = [
    events.on('ended', (ended) => cut(broker, ended)),
    events.on('contact', ({ org, contact }) => {
      const message = contactMessageSchema.parse({ ts: iso(clock.now()), contact })
      broker.publish(topics.contact(org, contact.id), JSON.stringify(message))
    }),
    events.on('control', ({ org, stationId, control }) => {
      const message = controlMessageSchema.parse({ ts: iso(clock.now()), control })
      broker.publish(topics.control(org, stationId), JSON.stringify(message))
    }),
    events.on('refresh', (what) => {
      if (!due.has(what)) due.set(what, setTimeout(publishRefresh, REFRESH_MS, what))
    }),
  ]
  return () => {
    for (const end of unsubscribe) end()
    for (const timer of due.values()) clearTimeout(timer)
  }
}

function cut(broker: Bus, { reason, ...match }: Ended): void {
  // E18: a station that is out leaves nothing retained; one that only lost a key comes back.
  const purge = match.stationId !== undefined && match.credentialId === undefined
  broker.cut(match, reason, { purge })
}

/**
 * B24: writes what the broker refused. The broker keeps the bounds, so that they are the ones that are configured, and
 * what floods it does not crowd out what is refused elsewhere.
 */
export class RefusalAudit {
  readonly #orgIds = new Map<string, string>()
  /** Refusals of rows that were given up: told with the next. */
  #unwritten = 0

  constructor(private readonly context: Pick<Context, 'prisma' | 'audit' | 'log'>) {}

  note(event: RefusalEvent): void {
    void this.#note(event).catch((error: unknown) =>
      this.context.log.warn({ err: error }, 'a refusal of the broker was not written to the audit trail'),
    )
  }

  async #note(event: RefusalEvent): Promise<void> {
    const { kind, code, principalId, principalKind, org, topic, remoteAddress, suppressed } = event
    const orgId = org === undefined ? undefined : await this.#orgId(org)
    const leftOut = suppressed + this.#unwritten
    const isWritten = this.context.audit.tryRecord({
      actor:
        principalId === undefined || principalKind === undefined
          ? { kind: 'anonymous' }
          : { kind: principalKind, id: principalId },
      orgId,
      action: 'broker.refuse',
      outcome: 'denied',
      address: remoteAddress,
      targetKind: kind,
      targetId: code,
      detail: { topic: topic ?? null, left_out: leftOut },
    })
    this.#unwritten = isWritten ? 0 : leftOut + 1
  }

  /** The trail of an organisation is found by its id; slugs of organisations do not change. */
  async #orgId(slug: string): Promise<string | undefined> {
    const known = this.#orgIds.get(slug)
    if (known !== undefined) return known
    const org = await this.context.prisma.org.findUnique({ where: { slug }, select: { id: true } })
    if (org !== null) this.#orgIds.set(slug, org.id)
    return org?.id
  }
}
