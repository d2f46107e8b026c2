/**
 * Is this payload what its topic promises? Nothing reaches a reader that its schema refuses (B12, B26).
 * @module
 */
import { isUtf8 } from 'node:buffer'
import { contactMessageSchema } from '../shared/api/contacts.js'
import { controlMessageSchema } from '../shared/api/control.js'
import type { Capability } from '../shared/capabilities.js'
import { type ErrorCode, TalosError } from '../shared/errors.js'
import { type Info, PACKET_BYTES, PLAN_BYTES, refreshSchema } from '../shared/messages.js'
import { stationMessageSchema } from '../shared/station-messages.js'
import type { ParsedTopic } from '../shared/topics.js'

export type Judgement =
  /** `payload`: what is said on in place of what came. */
  | { readonly ok: true; readonly message: unknown; readonly payload?: Buffer }
  | { readonly ok: false; readonly code: ErrorCode; readonly detail: string }

const no = (code: ErrorCode, detail: string): Judgement => ({ ok: false, code, detail })

/** Telemetry has neither lists nor long texts; 64 KiB of blanks need not be parsed to be refused. */
const TELEMETRY_BYTES = 4096

/**
 * JSON in UTF-8; undefined for anything else. A byte order mark is kept, so that JSON.parse refuses here what it would
 * refuse at the reader.
 */
export function decodeJson(payload: Uint8Array): unknown {
  if (!isUtf8(payload)) return undefined
  try {
    return JSON.parse(textOf(payload))
  } catch {
    return undefined
  }
}

const textOf = ({ buffer, byteOffset, byteLength }: Uint8Array, encoding?: 'latin1') =>
  Buffer.from(buffer, byteOffset, byteLength).toString(encoding)

/** The first field that does not fit. */
const firstIssue = (issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]) =>
  `/${(issues[0]?.path ?? []).join('/')}: ${issues[0]?.message ?? 'does not fit its schema'}`

/** E14: what a station has to be for to say this. */
const CHANNEL_NEEDS: Readonly<Record<string, Capability>> = { rot: 'rotator', rig: 'rig' }

/** E14: an agent announces what it finds at its machine; readers are told of no more than the station is for. */
function withinScope(info: Info, capabilities: readonly Capability[]): Judgement {
  const kept = info.capabilities.filter((one) => capabilities.includes(one))
  if (kept.length === info.capabilities.length) return { ok: true, message: info }
  const message: Info = { ...info, capabilities: kept }
  return { ok: true, message, payload: Buffer.from(JSON.stringify(message)) }
}

/** A message of a station for `capabilities`. B12: what the payload says of itself must agree with the topic. */
export function judgeStationMessage(
  topic: ParsedTopic,
  payload: Uint8Array,
  capabilities: readonly Capability[],
): Judgement {
  const schema = stationMessageSchema(topic)
  if (schema === null) return no('publish_denied', `A station may not publish ${topic.kind}.`)
  const needed = topic.kind === 'telemetry' ? CHANNEL_NEEDS[topic.channel] : undefined
  if (needed !== undefined && !capabilities.includes(needed))
    return no('capability_denied', `This station is not for ${needed}, so its telemetry is not taken.`)
  const max = topic.kind === 'telemetry' ? TELEMETRY_BYTES : PACKET_BYTES
  if (payload.length > max)
    return no('payload_too_large', `${payload.length} bytes of ${topic.kind}; ${max} are the limit.`)
  const value = decodeJson(payload)
  if (value === undefined) return no('malformed', `The payload of ${topic.kind} is not JSON in UTF-8.`)
  const parsed = schema.safeParse(value)
  if (!parsed.success) return no('malformed', firstIssue(parsed.error.issues))
  if (topic.kind === 'info') return withinScope(parsed.data as Info, capabilities)
  if (topic.kind === 'ack') {
    const { jti, contactId, receipt } = parsed.data as {
      jti: string
      contactId?: string
      receipt?: { contactId: string }
    }
    if (jti !== topic.jti) return no('malformed', `/jti: ${jti} is not the ${topic.jti} of the topic.`)
    if (receipt !== undefined && contactId !== undefined && receipt.contactId !== contactId)
      return no('malformed', `/receipt/contactId: ${receipt.contactId} is not ${contactId}.`)
  }
  return { ok: true, message: parsed.data }
}

const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/

/** A signed command or plan. Only the form: the agent verifies, and the broker could not help it. */
export function judgeSigned(payload: Uint8Array, maxBytes: number): Judgement {
  if (payload.length > maxBytes)
    return no('payload_too_large', `${payload.length} bytes; ${maxBytes} are the limit.`)
  const text = textOf(payload, 'latin1')
  return COMPACT_JWS.test(text)
    ? { ok: true, message: text }
    : no('malformed', 'The payload is no compact JWS.')
}

export const judgePlan = (payload: Uint8Array): Judgement => judgeSigned(payload, PLAN_BYTES)

/** What core may say in-process (B26). */
export function judgeCoreMessage(topic: ParsedTopic, payload: Uint8Array): Judgement {
  switch (topic.kind) {
    case 'command':
      return judgeSigned(payload, PACKET_BYTES)
    // Withdrawals, when a station is revoked; plans themselves are the director's to carry.
    case 'plan':
      return judgePlan(payload)
    case 'refresh': {
      const parsed = refreshSchema.safeParse(decodeJson(payload))
      return parsed.success
        ? { ok: true, message: parsed.data }
        : no('malformed', firstIssue(parsed.error.issues))
    }
    case 'control': {
      const parsed = controlMessageSchema.safeParse(decodeJson(payload))
      return parsed.success
        ? { ok: true, message: parsed.data }
        : no('malformed', firstIssue(parsed.error.issues))
    }
    case 'contact': {
      const parsed = contactMessageSchema.safeParse(decodeJson(payload))
      if (!parsed.success) return no('malformed', firstIssue(parsed.error.issues))
      const { id, org } = parsed.data.contact
      return id === topic.contactId && org === topic.org
        ? { ok: true, message: parsed.data }
        : no('malformed', `/contact: ${org} ${id} is not what the topic names.`)
    }
    default:
      return no('publish_denied', `Core does not publish ${topic.kind}.`)
  }
}

/** The judgement of core's own message, as an exception: it is a bug of ours. */
export function assertCoreMessage(topic: ParsedTopic, payload: Uint8Array): void {
  const judgement = judgeCoreMessage(topic, payload)
  if (!judgement.ok) throw new TalosError(judgement.code, judgement.detail)
}
