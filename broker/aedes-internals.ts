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
  _parser: { parse(chunk: Buffer): number }
}

const privately = (client: AedesClient) => client as unknown as PrivateClient

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
