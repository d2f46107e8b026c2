/**
 * The topics and rights of the bus, written down a second time and in another way: as languages of topics. What may be
 * subscribed is found by writing out topics that a filter matches and asking for each whether it may be heard. Nothing
 * here knows how the broker decides.
 * @module
 */

export type Who =
  | { readonly is: 'station'; readonly org: string; readonly sid: string }
  | { readonly is: 'person'; readonly org: string; readonly mayView: boolean }
  | { readonly is: 'director' }
  | { readonly is: 'nobody' }

const ID = '[a-z0-9-]{8,64}'
const SLUG = '[a-z0-9]|[a-z0-9][a-z0-9-]{0,30}[a-z0-9]'
/** Any one level, whatever stands in it. */
const ANY = '[^/]*'

const language = (...alternatives: string[]) => new RegExp(`^(?:${alternatives.join('|')})$`, 's')
const NOTHING = /(?!)/

/** All that it may say. */
function saying(who: Who): RegExp {
  switch (who.is) {
    case 'station': {
      const own = `talos/${who.org}/gs/${who.sid}`
      return language(
        `${own}/info`,
        `${own}/state`,
        `${own}/telemetry/(?:rot|rig|health)`,
        `${own}/ack/${ID}`,
      )
    }
    case 'director':
      return language(`talos/(?:${SLUG})/gs/${ID}/plan/${ID}`)
    default:
      return NOTHING
  }
}

/** All that it may hear. */
function hearing(who: Who): RegExp {
  switch (who.is) {
    case 'station':
      return language(`talos/${who.org}/gs/${who.sid}/(?:cmd|plan)(?:/.*)?`, 'talos/system/refresh')
    case 'person':
      return who.mayView ? language(...ofOrg(who.org), `talos/${who.org}/gs/${ANY}/control`) : NOTHING
    case 'director':
      return language(...ofOrg(ANY), `talos/${ANY}/gs/${ANY}/ack/${ANY}`, 'talos/system/refresh')
    case 'nobody':
      return NOTHING
  }
}

const ofOrg = (org: string) => [
  `talos/${org}/gs/${ANY}/(?:info|state|telemetry/${ANY})`,
  `talos/${org}/contact/${ANY}`,
]

export interface Said {
  readonly topic: string
  readonly qos: number
  readonly retain: boolean
}

export const maySay = (who: Who, { topic, qos, retain }: Said): boolean =>
  qos < 2 && saying(who).test(topic) && (!retain || /\/(?:info|state)$/.test(topic))

export const mayHear = (who: Who, topic: string): boolean => hearing(who).test(topic)

/** A will says that the own link is down, and nothing else. */
export const mayWill = (who: Who, topic: string, qos: number): boolean =>
  who.is === 'station' && qos < 2 && topic === `talos/${who.org}/gs/${who.sid}/state`

/** A form that all filters must have: plain levels, `+` and `#` alone in theirs, not too deep and not too long. */
function isWellFormed(filter: string): boolean {
  if (filter.length > 256) return false
  const levels = filter.split('/')
  const last = levels.pop() ?? ''
  const isPlain = (level: string) => /^[A-Za-z0-9-]{1,64}$/.test(level)
  return (
    levels.length < 8 &&
    levels.every((level) => level === '+' || isPlain(level)) &&
    (last === '+' || last === '#' || isPlain(last))
  )
}

/** Words for a level: two that nobody uses, then all that topics are made of, with each of several names. */
const WORDS = [
  ...[
    'zz9',
    '',
    'acme',
    'rival',
    'talos',
    'system',
    'gs',
    'contact',
    'refresh',
    'info',
    'state',
    'telemetry',
    'control',
  ],
  ...['rot', 'ack', 'cmd', 'plan', 'station-aaaa-0001', 'station-bbbb-0001'],
]

/** Topics that the filter matches: enough of them that one which may not be heard is among them, if there is one. */
function* written(filter: string): Generator<string> {
  const [first = '', ...rest] = filter.split('/')
  yield* extend([], [first, ...rest])
}

function* extend(done: readonly string[], left: readonly string[]): Generator<string> {
  const [level, ...rest] = left
  if (level === undefined) yield done.join('/')
  else if (level === '#') {
    // `a/#` matches `a` too.
    if (done.length > 0) yield done.join('/')
    for (const word of WORDS) {
      yield [...done, word].join('/')
      yield [...done, word, 'zz9'].join('/')
      yield [...done, word, 'zz9', word, ''].join('/')
    }
  } else for (const word of level === '+' ? WORDS : [level]) yield* extend([...done, word], rest)
}

export function mayAsk(who: Who, filter: string, qos: number): boolean {
  if (qos > 1 || !isWellFormed(filter)) return false
  const allowed = hearing(who)
  for (const topic of written(filter)) if (!allowed.test(topic)) return false
  return true
}
