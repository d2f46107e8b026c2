/**
 * What people and programs are told of troubles. Pure.
 * @module
 */
import type { AlertLevel, WebhookBody } from '../../shared/api/notifications.js'
import { iso } from '../../shared/time.js'
import { plural } from './judging.js'
import type { Trouble } from './troubles.js'

/** A message is to be read on a phone; the page has the rest. */
const MOST_NAMED = 20

export interface Message {
  readonly type: WebhookBody['type']
  readonly id: string
  readonly org: string
  readonly rule: { readonly id: string; readonly name: string }
  /** Of the page of health. */
  readonly url: string
  /** Epoch ms. */
  readonly at: number
  readonly troubles: readonly Trouble[]
}

/** What is worst first. */
const ordered = (troubles: readonly Trouble[]): readonly Trouble[] =>
  [...troubles].sort((a, b) => rank(a.level) - rank(b.level) || a.id.localeCompare(b.id))

const rank = (level: AlertLevel): number => (level === 'critical' ? 0 : 1)

const titleOf = ({ check, subject, collector }: Trouble): string =>
  subject === null ? `${collector}, ${check}` : `${subject.name}, ${check}`

/** A name comes from people: in a subject it is one short line. */
const line = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 120)

export function mailOf(message: Message): { subject: string; text: string } {
  const { org, rule, url, troubles, type } = message
  const why = `You get this by the notification rule «${rule.name}» of ${org}. Whoever manages notifications can change it.`
  if (type === 'health.test')
    return {
      subject: `Talos ${org}: a test`,
      text: ['This is a test. What is not well would stand here.', url, why].join('\n\n'),
    }
  const [first] = ordered(troubles)
  const named = ordered(troubles).slice(0, MOST_NAMED)
  const more = troubles.length - named.length
  const subject =
    troubles.length === 1 && first !== undefined
      ? `Talos ${org}: ${first.level}: ${titleOf(first)}`
      : `Talos ${org}: ${first?.level ?? ''}: ${plural(troubles.length, 'check')} not well`
  return {
    subject: line(subject),
    text: [
      ...named.map((t) => {
        const mend = t.mend === '' ? '' : `\n${t.mend}`
        return `${t.level}: ${titleOf(t)}\n${t.found}${mend}`
      }),
      ...(more === 0 ? [] : [`And ${more} more.`]),
      url,
      `${why} That it is well again is not mailed.`,
    ].join('\n\n'),
  }
}

export function webhookOf({ troubles, at, ...message }: Message): WebhookBody {
  const named = ordered(troubles).slice(0, MOST_NAMED)
  return {
    ...message,
    at: iso(at),
    findings: named.map(({ collector, check, level, subject, found, mend, since }) => {
      return { collector, check, level, subject, found, mend, since: iso(since) }
    }),
    more: troubles.length - named.length,
  }
}
