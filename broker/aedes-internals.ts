/**
 * All that touches fields which Aedes does not document. Aedes is pinned exactly; the attack suite is the canary of an
 * upgrade.
 * @module
 */
import type { Aedes } from 'aedes'

/** As the hooks of Aedes see one connection. */
export type AedesClient = ReturnType<Aedes['handle']>

interface Emitter {
  emit(packet: { readonly topic: string }, done?: (error?: Error) => void): unknown
}

interface PrivateClient {
  duplicates: object
  pause(): void
  _parser: { parse(chunk: Buffer): number }
}

const privately = (client: AedesClient) => client as unknown as PrivateClient

/**
 * The duplicate filter of Aedes drops whatever has a lower counter than the last message delivered, so QoS 1 messages
 * that took longer than telemetry are lost (P13). This one remembers nothing.
 */
export function forgetDuplicates(client: AedesClient, brokerId: string): void {
  privately(client).duplicates = Object.defineProperty({}, brokerId, {
    configurable: true,
    get: () => 0,
    set: () => {},
  })
}

/** P2: no packet is read until the CONNACK is written; Aedes resumes then by itself. */
export const pauseReading = (client: AedesClient): void => privately(client).pause()

/** P10: an exception while a packet is parsed would end the process; now it ends the connection. */
export function containParser(client: AedesClient, onThrow: (error: unknown) => void): void {
  const parser = privately(client)._parser
  const parse = parser.parse.bind(parser)
  parser.parse = (chunk) => {
    try {
      return parse(chunk)
    } catch (error) {
      onThrow(error)
      return 0
    }
  }
}

/**
 * P11: a publisher must not wait for its readers, or one that stops reading silences all that it hears. Topics that
 * begin with `$` (Aedes' own notices and our sink) go nowhere (P3, P6).
 */
export function decouplePublishers(aedes: Aedes): void {
  const { mq } = aedes as unknown as { mq: Emitter }
  const emit = mq.emit.bind(mq)
  mq.emit = (packet, done) => {
    if (!packet.topic.startsWith('$')) emit(packet)
    if (done !== undefined) setImmediate(done)
    return mq
  }
}

/** P9: a client that is lost while it connects stays in the table of Aedes for ever. */
export function forgetClient(aedes: Aedes, id: string): void {
  const { clients } = aedes as unknown as { clients: Record<string, unknown> }
  delete clients[id]
}
