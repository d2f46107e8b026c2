/**
 * What comes from the bus, held until the screen is drawn next: of each topic only the newest, and only that is parsed.
 * A fleet that speaks 4 times a second costs a screen no more than it can show.
 * @module
 */

import type { Contact } from '../../../shared/api/contacts.js'
import { contactMessageSchema } from '../../../shared/api/contacts.js'
import { type ControlMessage, controlMessageSchema } from '../../../shared/api/control.js'
import {
  type HealthTelemetry,
  healthTelemetrySchema,
  type Info,
  infoSchema,
  PACKET_BYTES,
  type RigTelemetry,
  type RotTelemetry,
  rigTelemetrySchema,
  rotTelemetrySchema,
  type StationState,
  stateSchema,
} from '../../../shared/messages.js'
import { parseTopic } from '../../../shared/topics.js'

export type LiveMessage =
  | { readonly kind: 'state'; readonly sid: string; readonly message: StationState }
  | { readonly kind: 'info'; readonly sid: string; readonly message: Info }
  | { readonly kind: 'rot'; readonly sid: string; readonly message: RotTelemetry }
  | { readonly kind: 'health'; readonly sid: string; readonly message: HealthTelemetry }
  | { readonly kind: 'rig'; readonly sid: string; readonly message: RigTelemetry }
  | { readonly kind: 'control'; readonly sid: string; readonly message: ControlMessage }
  | { readonly kind: 'contact'; readonly contact: Contact }

export type Arrival = LiveMessage & { readonly at: number }

interface Waiting {
  readonly payload: Uint8Array
  readonly at: number
}

/** Reads one message; null when it is not for this screen or breaks its schema (hostile until parsed). */
export function readMessage(org: string, topic: string, payload: Uint8Array): LiveMessage | null {
  const parsed = parseTopic(topic)
  if (parsed === null || !('org' in parsed) || parsed.org !== org || payload.length > PACKET_BYTES)
    return null
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch {
    return null
  }
  if (parsed.kind === 'contact') {
    const result = contactMessageSchema.safeParse(value)
    // B12: the topic says whose it is; a payload that says otherwise is not believed.
    if (!result.success || result.data.contact.id !== parsed.contactId || result.data.contact.org !== org)
      return null
    return { kind: 'contact', contact: result.data.contact }
  }
  if (parsed.kind === 'state') return read(stateSchema.safeParse(value), 'state', parsed.sid)
  if (parsed.kind === 'info') return read(infoSchema.safeParse(value), 'info', parsed.sid)
  if (parsed.kind === 'control') return read(controlMessageSchema.safeParse(value), 'control', parsed.sid)
  if (parsed.kind !== 'telemetry') return null
  if (parsed.channel === 'rot') return read(rotTelemetrySchema.safeParse(value), 'rot', parsed.sid)
  if (parsed.channel === 'rig') return read(rigTelemetrySchema.safeParse(value), 'rig', parsed.sid)
  return read(healthTelemetrySchema.safeParse(value), 'health', parsed.sid)
}

type Result<T> = { readonly success: true; readonly data: T } | { readonly success: false }
const read = <K extends string, T>(result: Result<T>, kind: K, sid: string) =>
  result.success ? { kind, sid, message: result.data } : null

export class Inbox {
  readonly #org: string
  readonly #waiting = new Map<string, Waiting>()
  #refused = 0

  constructor(org: string) {
    this.#org = org
  }

  /** Messages that broke their schema since the start. */
  get refused(): number {
    return this.#refused
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  /** @param at epoch ms */
  put(topic: string, payload: Uint8Array, at: number): void {
    this.#waiting.set(topic, { payload, at })
  }

  /** All that waits, parsed, in the order in which the topics first spoke. */
  take(): Arrival[] {
    const arrivals: Arrival[] = []
    for (const [topic, { payload, at }] of this.#waiting) {
      const message = readMessage(this.#org, topic, payload)
      if (message === null) {
        // A retained message that was cleared is empty, and no fault.
        if (payload.length > 0) this.#refused++
      } else arrivals.push({ ...message, at })
    }
    this.#waiting.clear()
    return arrivals
  }
}
