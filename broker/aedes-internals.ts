/**
 * All that touches fields which Aedes does not document. Aedes is pinned exactly; the attack suite is the canary of an
 * upgrade.
 * @module
 */
import type { Duplex } from 'node:stream'
import type { Aedes } from 'aedes'

/** As the hooks of Aedes see one connection. */
export type AedesClient = ReturnType<Aedes['handle']>

type Deliver = (packet: unknown, done: () => void) => void

interface PrivateClient {
  deliver0: Deliver
  deliverQoS: Deliver
  pause(): void
  waitForDrain(done: (error: Error | null) => void): void
  _keepaliveTimer: { refresh(): unknown } | null
  _nextBatch: () => void
  _parser: { parse(chunk: Buffer): number }
}

const privately = (client: AedesClient) => client as unknown as PrivateClient

/** Aedes reads its stream no more; what is returned hands packets to its parser. */
export function takeReading(client: AedesClient, stream: Duplex): (packet: Buffer) => void {
  const inside = privately(client)
  const { _parser: parser } = inside
  stream.off('readable', inside._nextBatch)
  // It would read on by itself whenever it is done with a packet.
  inside.pause()
  return (packet) => {
    parser.parse(packet)
  }
}

/**
 * Aedes hands over what a client is sent: each message of a subscription with the QoS that it asked for, and the
 * retained ones with QoS 1 whatever it asked for. So does no message wait for the next turn, nothing is taken for a
 * duplicate (P13), and the owner writes.
 */
export function takeDelivery(
  client: AedesClient,
  deliver: (packet: unknown, qos: 0 | 1, done: () => void) => void,
): void {
  const inside = privately(client)
  inside.deliver0 = (packet, done) => deliver(packet, 0, done)
  inside.deliverQoS = (packet, done) => deliver(packet, 1, done)
}

/**
 * Calls back when the stream of a client has drained; one that does not in time is ended with `drain timeout`. For a client
 * that is lost meanwhile it never does: the error would fail the stream of retained messages that waits, which nobody hears,
 * and so end the process (P11).
 */
export function waitForDrain(client: AedesClient, drained: () => void): void {
  privately(client).waitForDrain((error) => {
    if (error === null) drained()
  })
}

/** Something was heard of the client. */
export function keepAlive(client: AedesClient): void {
  privately(client)._keepaliveTimer?.refresh()
}
