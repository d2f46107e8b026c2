/**
 * Gives Aedes a client that is connected already. The broker has read, judged and answered the CONNECT by itself; the
 * handler of Aedes would ask its store and its hooks for a session that a clean one does not have, which is most of what
 * a CONNECT costs. Like `aedes-internals.ts` this touches fields that Aedes does not document: it is pinned exactly, and
 * the tests of this file are the canary of an upgrade.
 * @module
 */
import type { Duplex } from 'node:stream'
import type { Aedes } from 'aedes'
import type { AedesClient } from './aedes-internals.js'

/** The part of a client that its CONNECT handler and its constructor set. */
interface PrivateClient {
  id: string
  version: number
  connected: boolean
  connackSent: boolean
  duplicates: object
  close(): void
  removeAllListeners(event: string): void
  _authorized: boolean
  _connectTimer: NodeJS.Timeout | null
  _eos: () => void
  _inboundInflight: ReadonlySet<number>
  _keepaliveInterval: number
  _keepaliveTimer: { refresh(): unknown }
  _parser: { _list: object; _queue: object | null }
}

interface StreamingList {
  readonly constructor: { readonly BufferList: new () => object }
}

const PROTOCOL_LEVEL = 4
/** [MQTT-3.1.2-24]: a client is lost after one and a half of its keepalive. */
const KEEPALIVE_GRACE = 1.5

const noop = () => {}
/** QoS 2 is refused before it is counted (`allowsPublish`), so nobody ever adds to this one. */
const NO_INFLIGHT: ReadonlySet<number> = new Set<number>()

export interface ConnectedOptions {
  /** Names the connection inside Aedes. */
  readonly handle: string
  readonly keepaliveS: number
  /** Nothing was heard for longer than the keepalive allows. */
  readonly onSilent: () => void
}

export class AedesClients {
  readonly #duplicates: object

  constructor(readonly aedes: Aedes) {
    // The duplicate filter of Aedes drops whatever has a lower counter than the last message delivered, so QoS 1 messages
    // that took longer than telemetry are lost (P13). This one remembers nothing, for all clients.
    this.#duplicates = Object.create(null, { [aedes.id]: { get: () => 0, set: noop } })
  }

  /**
   * A client that may speak and hear at once; it reads nothing before the next turn. The owner closes it when its stream
   * has closed. It is not in the table of Aedes, which does not let go of clients that are lost while they connect (P9).
   */
  connected(stream: Duplex, { handle, keepaliveS, onSilent }: ConnectedOptions): AedesClient {
    const client = this.aedes.handle(stream)
    const inside = client as unknown as PrivateClient
    if (inside._connectTimer !== null) clearTimeout(inside._connectTimer)
    inside._connectTimer = null
    inside.id = handle
    inside.version = PROTOCOL_LEVEL
    inside.connected = true
    inside.connackSent = true
    inside._authorized = true
    inside._keepaliveInterval = keepaliveS * 1000 * KEEPALIVE_GRACE
    inside._keepaliveTimer = setTimeout(onSilent, inside._keepaliveInterval)
    inside.duplicates = this.#duplicates
    slim(inside)
    return client
  }

  /** Ends what Aedes holds of a client: its filters and timers. */
  close(client: AedesClient): void {
    ;(client as unknown as PrivateClient).close()
  }
}

/** Takes off what nobody needs for as long as the connection lives; half of what an idle client holds. */
function slim(client: PrivateClient): void {
  const { _parser: parser } = client
  // The list is a stream as well, of which the parser uses nothing.
  const { BufferList } = (parser._list as StreamingList).constructor
  parser._list = new BufferList()
  // Packets that came before the CONNACK: none can.
  parser._queue = null
  client.removeAllListeners('connected')
  // The owner watches the stream.
  client._eos()
  client._eos = noop
  client._inboundInflight = NO_INFLIGHT
}
