/**
 * All that touches fields which Aedes does not document. Aedes is pinned exactly; the attack suite is the canary of an
 * upgrade.
 * @module
 */
import type { Aedes } from 'aedes'
import type { Latency } from './latency.js'

/** As the hooks of Aedes see one connection. */
export type AedesClient = ReturnType<Aedes['handle']>

interface Emitter {
  emit(
    packet: { readonly topic: string; readonly payload?: unknown },
    done?: (error?: Error) => void,
  ): unknown
}

interface PrivateClient {
  _parser: { parse(chunk: Buffer): number }
}

const privately = (client: AedesClient) => client as unknown as PrivateClient

/** P10: an exception while a packet is parsed would end the process; now it ends the connection. */
export function containParser(
  client: AedesClient,
  onChunk: () => void,
  onThrow: (error: unknown) => void,
): void {
  const parser = privately(client)._parser
  const parse = parser.parse.bind(parser)
  parser.parse = (chunk) => {
    onChunk()
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
export function decouplePublishers(aedes: Aedes, latency: Latency): void {
  const { mq } = aedes as unknown as { mq: Emitter }
  const emit = mq.emit.bind(mq)
  mq.emit = (packet, done) => {
    if (!packet.topic.startsWith('$')) emit(packet)
    // Each reader is written to in a turn that was asked for before this one; whether it drains is not waited for.
    if (latency.isMeasured(packet.payload)) setImmediate(() => latency.handed(packet.payload))
    if (done !== undefined) setImmediate(done)
    return mq
  }
}
