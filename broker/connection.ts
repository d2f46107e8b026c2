/**
 * One client that was let in: who it is, what it may, how it stands.
 * @module
 */
import type { Duplex } from 'node:stream'
import type { Principal } from '../shared/principal.js'
import { parseTopic } from '../shared/topics.js'
import type { OfflineState } from './admission.js'
import { allowsReceive, type Rights } from './authorize.js'
import type { ConnectionInfo, ConnectionMeta, EndReason } from './contracts.js'
import type { MessageKind } from './counters.js'
import type { Outbox } from './outbox.js'
import type { PublishBudget } from './publish-budget.js'

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
  /** What it may say; null: as much as it likes. */
  readonly budget: PublishBudget | null
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
  /** What it is sent, once Aedes has it. */
  outbox: Outbox | null = null
  readonly #heard = new Map<string, MessageKind>()

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

  /**
   * What is said under this topic, or null when it may not hear that. Its rights never change, so an answer holds as
   * long as the connection.
   */
  hears(topic: string): MessageKind | null {
    const known = this.#heard.get(topic)
    if (known !== undefined) return known
    const kind = allowsReceive(this.options.rights, topic) ? parseTopic(topic)?.kind : undefined
    if (kind === undefined) return null
    if (this.#heard.size >= MAX_REMEMBERED) this.#heard.clear()
    this.#heard.set(topic, kind)
    return kind
  }

  /** Bytes that wait for this reader. */
  get backlog(): number {
    return this.stream.writableLength + (this.outbox?.bytes ?? 0)
  }

  /**
   * Ends it so that what was said before still arrives, over a slow line too: it may be the order to stop. Whoever does
   * not hang up as well is let go of after a moment.
   */
  hangUp(lingerMs: number): void {
    this.outbox?.flush()
    this.stream.end()
    const giveUp = setTimeout(() => this.stream.destroy(), lingerMs)
    this.stream.once('close', () => clearTimeout(giveUp))
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
