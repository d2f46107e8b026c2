/**
 * One client that was let in: who it is, what it may, how it stands.
 * @module
 */
import type { Duplex } from 'node:stream'
import type { Principal } from '../shared/principal.js'
import type { OfflineState } from './admission.js'
import { allowsReceive, type Rights } from './authorize.js'
import type { ConnectionInfo, ConnectionMeta, EndReason } from './contracts.js'
import type { TokenBucket } from './token-bucket.js'

/** Topics once judged; telemetry repeats them for ever, contacts and acks do not. */
const MAX_REMEMBERED = 4096

export interface ConnectionOptions {
  /** Names the connection inside Aedes, whose own table then never sees one id twice (P9). */
  readonly handle: string
  readonly principal: Principal
  readonly rights: Rights
  readonly clientId: string
  readonly will: OfflineState | null
  readonly stream: Duplex
  readonly meta: ConnectionMeta
  readonly connectedAt: number
  readonly bucket: TokenBucket | null
  readonly maxSubscriptions: number
}

export class Connection {
  /** Filters and the QoS that was granted. */
  readonly subscriptions = new Map<string, 0 | 1>()
  /** Why it is over, or null. Every hook asks: what comes after is nobody's (P21). */
  ended: EndReason | null = null
  /** The CONNACK is out and presence was told. */
  announced = false
  /** A DISCONNECT was read. */
  saidGoodbye = false
  expiry: NodeJS.Timeout | null = null
  readonly #heard = new Set<string>()

  constructor(readonly options: ConnectionOptions) {}

  get handle(): string {
    return this.options.handle
  }

  get principal(): Principal {
    return this.options.principal
  }

  get stream(): Duplex {
    return this.options.stream
  }

  /** May it hear this topic? Its rights never change, so an answer holds as long as the connection. */
  mayReceive(topic: string): boolean {
    if (this.#heard.has(topic)) return true
    if (!allowsReceive(this.options.rights, topic)) return false
    if (this.#heard.size >= MAX_REMEMBERED) this.#heard.clear()
    this.#heard.add(topic)
    return true
  }

  /** Bytes that wait for this reader. */
  get backlog(): number {
    return this.stream.writableLength
  }

  info(): ConnectionInfo {
    const { principal, clientId, meta, connectedAt } = this.options
    return {
      principal,
      clientId,
      remoteAddress: meta.remoteAddress,
      transport: meta.transport,
      connectedAt,
      subscriptions: [...this.subscriptions.keys()],
      backlog: this.backlog,
    }
  }
}
