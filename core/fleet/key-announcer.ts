/**
 * Keeps what stations pin equal to what core signs with: each station tells which keys it pins, and is told what it lacks
 * under one that it knows.
 * @module
 */
import type { StationMessage } from '../../broker/contracts.js'
import type { StationPrincipal } from '../../shared/principal.js'
import type { Context } from '../context.js'
import type { Bus } from './bus.js'
import { sayAsCore } from './core-command.js'

interface Pinned {
  readonly principal: StationPrincipal
  readonly kids: readonly string[]
}

export class KeyAnnouncer {
  /** What each connected station told last. */
  readonly #pinned = new Map<string, Pinned>()
  #off: (() => void)[] = []

  constructor(
    private readonly context: Context,
    private readonly bus: Bus,
  ) {}

  start(): void {
    this.#off = [
      this.bus.onMessage((message) => this.#heard(message)),
      this.bus.onPresence(({ kind, principal }) => {
        if (kind === 'disconnected') this.#pinned.delete(principal.id)
      }),
    ]
  }

  stop(): void {
    for (const off of this.#off) off()
    this.#off = []
  }

  /** How many connected stations have not told that they pin it. */
  without(kid: string): number {
    return [...this.#pinned.values()].filter(({ kids }) => !kids.includes(kid)).length
  }

  async announceToAll(): Promise<void> {
    for (const pinned of [...this.#pinned.values()]) await this.#tell(pinned)
  }

  #heard(message: StationMessage): void {
    if (message.kind !== 'info' || message.message.signingKeys === undefined) return
    const { principal } = message
    const pinned = { principal, kids: message.message.signingKeys }
    this.#pinned.set(principal.id, pinned)
    void this.#tell(pinned)
  }

  /** Never throws: a station that was not told is told again when it connects. */
  async #tell({ principal, kids }: Pinned): Promise<void> {
    const { signingKeys, log } = this.context
    const { id: stationId } = principal
    const keys = signingKeys.publicKeys()
    const wanted = keys.map(({ kid }) => kid)
    if (wanted.length === kids.length && wanted.every((kid) => kids.includes(kid))) return
    try {
      const signer = signingKeys.oneOf(kids)
      if (signer === null) {
        log.error({ stationId, kids }, 'a station pins no key of ours: it must be enrolled anew')
        return
      }
      await sayAsCore(this.context, this.bus, principal, { op: 'keys', args: { keys: [...keys] } }, signer)
    } catch (error) {
      log.error({ err: error, stationId }, 'a station was not told of the signing keys')
    }
  }
}
