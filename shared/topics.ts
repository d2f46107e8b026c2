/**
 * The topics of `talos/{org}/...`, built and read in one place, and the containment of filters (MQTT 3.1.1, 4.7).
 * @module
 */

export const TELEMETRY_CHANNELS = ['rot', 'rig', 'health'] as const
export type TelemetryChannel = (typeof TELEMETRY_CHANNELS)[number]
export const COMMAND_CHANNELS = ['rot', 'rig', 'stop', 'park', 'config'] as const
export type CommandChannel = (typeof COMMAND_CHANNELS)[number]

export const SYSTEM_REFRESH = 'talos/system/refresh'

const station = (org: string, sid: string) => `talos/${org}/gs/${sid}`

/** Builders of the topics of design section 4. Arguments may be `+` to make a filter. */
export const topics = {
  info: (org: string, sid: string) => `${station(org, sid)}/info`,
  state: (org: string, sid: string) => `${station(org, sid)}/state`,
  telemetry: (org: string, sid: string, channel: TelemetryChannel | '+') =>
    `${station(org, sid)}/telemetry/${channel}`,
  command: (org: string, sid: string, channel: CommandChannel | '#') => `${station(org, sid)}/cmd/${channel}`,
  plan: (org: string, sid: string, contactId: string) => `${station(org, sid)}/plan/${contactId}`,
  ack: (org: string, sid: string, jti: string) => `${station(org, sid)}/ack/${jti}`,
  control: (org: string, sid: string) => `${station(org, sid)}/control`,
  contact: (org: string, contactId: string) => `talos/${org}/contact/${contactId}`,
  refresh: () => SYSTEM_REFRESH,
} as const

export type ParsedTopic =
  | { readonly kind: 'info' | 'state'; readonly org: string; readonly sid: string }
  | {
      readonly kind: 'telemetry'
      readonly org: string
      readonly sid: string
      readonly channel: TelemetryChannel
    }
  | { readonly kind: 'command'; readonly org: string; readonly sid: string; readonly channel: CommandChannel }
  | { readonly kind: 'plan'; readonly org: string; readonly sid: string; readonly contactId: string }
  | { readonly kind: 'ack'; readonly org: string; readonly sid: string; readonly jti: string }
  | { readonly kind: 'control'; readonly org: string; readonly sid: string }
  | { readonly kind: 'contact'; readonly org: string; readonly contactId: string }
  | { readonly kind: 'refresh' }

const isOneOf = <T extends string>(list: readonly T[], value: string | undefined): value is T =>
  (list as readonly (string | undefined)[]).includes(value)

/** Reads a topic name. Returns null for anything that is not one of ours, byte for byte. */
export function parseTopic(topic: string): ParsedTopic | null {
  if (topic === SYSTEM_REFRESH) return { kind: 'refresh' }
  const levels = topic.split('/')
  if (!levels.every(isPlainLevel)) return null
  const [root, org, area, id, channel, leaf, ...rest] = levels
  if (root !== 'talos' || org === undefined || id === undefined || rest.length > 0) return null
  if (area === 'contact') return channel === undefined ? { kind: 'contact', org, contactId: id } : null
  if (area !== 'gs' || channel === undefined) return null
  const sid = id
  if (leaf === undefined)
    return channel === 'info' || channel === 'state' || channel === 'control'
      ? { kind: channel, org, sid }
      : null
  if (channel === 'telemetry' && isOneOf(TELEMETRY_CHANNELS, leaf))
    return { kind: 'telemetry', org, sid, channel: leaf }
  if (channel === 'cmd' && isOneOf(COMMAND_CHANNELS, leaf))
    return { kind: 'command', org, sid, channel: leaf }
  if (channel === 'plan') return { kind: 'plan', org, sid, contactId: leaf }
  if (channel === 'ack') return { kind: 'ack', org, sid, jti: leaf }
  return null
}

/** What a level of our topics may hold; refuses NUL, wildcards, `$`, empty levels and prototype names' underscores (P14, P15). */
const PLAIN_LEVEL = /^[A-Za-z0-9-]{1,64}$/
const isPlainLevel = (level: string) => PLAIN_LEVEL.test(level)

/** Deepest topic is `talos/{org}/gs/{sid}/telemetry/{channel}`; B21 allows 8. */
const MAX_LEVELS = 8
const MAX_FILTER_LENGTH = 256

/**
 * Is this a filter that a client of ours may ask for at all? Stricter than MQTT 3.1.1 4.7.1: `+` and `#` must fill
 * their level (Aedes grants `a#`, P26), no empty level, nothing that begins with `$`.
 */
export function isValidFilter(filter: string): boolean {
  if (filter.length === 0 || filter.length > MAX_FILTER_LENGTH) return false
  const levels = filter.split('/')
  if (levels.length > MAX_LEVELS) return false
  return levels.every(
    (level, i) => level === '+' || (level === '#' && i === levels.length - 1) || isPlainLevel(level),
  )
}

/**
 * Filter containment (B8): does every topic that `asked` matches also match `allowed`? Compares level by level, never
 * by treating `asked` as a topic: `a/#` also matches `a` itself (MQTT 3.1.1, 4.7.1.2), so `a/+` does not cover `a/#`.
 */
export function covers(allowed: string, asked: string): boolean {
  const a = allowed.split('/')
  const b = asked.split('/')
  for (let i = 0; ; i++) {
    if (a[i] === '#') return true
    // `a/#` matches the parent `a` too, so it covers a filter that ends one level earlier.
    if (i === b.length) return i === a.length
    if (i === a.length) return false
    if (b[i] === '#') return false
    if (a[i] !== '+' && a[i] !== b[i]) return false
  }
}
