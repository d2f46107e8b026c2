/**
 * Keeps the guard's state, asks it, remembers what must survive a restart, and tells who listens what came of it.
 * @module
 */
import type { ErrorCode } from '../../shared/errors.js'
import type { Mount } from '../../shared/messages.js'
import type { Clock } from '../../shared/time.js'
import { type Log, reasonOf } from '../log.js'
import { DeadMan } from './dead-man.js'
import { decide } from './guard.js'
import { effectiveMount } from './rules.js'
import { type Ending, type GuardEvent, type GuardState, initialState, type Refusal } from './state.js'
import type { Winding } from './winding.js'

export interface GuardListener {
  onEnding?(ending: Ending): void
  /** The plan of this contact has lost the antenna. */
  onClaimLost?(contactId: string, code: ErrorCode): void
  /** Programs at the door may move the mount, or may no more, and why. */
  onLease?(isOpen: boolean, code: ErrorCode | null): void
  /** The mount as it may be used has changed. */
  onMount?(mount: Mount): void
}

/** Distributes over unions, so that each event keeps its own fields. */
type Timeless<T> = T extends unknown ? Omit<T, 'at'> : never

export class GuardKeeper<L extends GuardListener> {
  #state: GuardState
  readonly #deadMan: DeadMan
  readonly #listeners = new Set<L>()

  constructor(
    mount: Mount,
    private readonly winding: Winding,
    private readonly clock: Clock,
    private readonly log: Log,
    /** Told of each act at once; it must not wait. */
    private readonly onAct: (act: 'go' | 'stop') => void,
  ) {
    this.#state = initialState(mount, null, winding.longestAz)
    this.#deadMan = new DeadMan(clock, () => this.apply({ kind: 'tick' }))
  }

  get state(): GuardState {
    return this.#state
  }

  async load(): Promise<void> {
    const hold = await this.winding.load()
    this.#state = initialState(this.#state.mount, hold, this.winding.longestAz)
  }

  /** Writes what the next start must know; resolves with whether it is on the disk. */
  save(): Promise<boolean> {
    return this.winding.keep(this.#state.hold, 'now')
  }

  /** Minds no authority any more. */
  stop(): void {
    this.#deadMan.stop()
  }

  listen(listener: L): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Whoever cannot bear what it hears must not take the guard with it. */
  tell(say: (listener: L) => void): void {
    for (const listener of this.#listeners)
      try {
        say(listener)
      } catch (cause) {
        this.log.error('a part of the agent failed at what the antenna told it', { reason: reasonOf(cause) })
      }
  }

  /** One event in; the refusal of an order, if it was refused. `at` is monotonic, now unless said otherwise. */
  apply(event: Timeless<GuardEvent>, at = this.clock.monotonic()): Refusal | null {
    const before = this.#state
    const { state, act, refusal, ending } = decide(before, { ...event, at } as GuardEvent)
    this.#state = state
    if (act !== null) this.onAct(act)
    this.#deadMan.watch(state)
    const isSeen = event.kind === 'measured' && state.position?.at === at
    if (isSeen) this.winding.believe(event.position.az)
    if (state.hold !== before.hold) {
      if (state.hold === null) this.log.info('safe hold released')
      else this.log.error('safe hold: nothing moves until somebody releases it', { code: state.hold })
    }
    void this.winding.keep(state.hold)
    if (ending !== null) this.tell((l) => l.onEnding?.(ending))
    if (before.claim !== null && state.claim === null && event.kind !== 'unclaim') {
      const code = ending?.code ?? state.hold ?? state.barred ?? 'stopped_by_person'
      const contactId = before.claim
      this.tell((l) => l.onClaimLost?.(contactId, code))
    }
    if ((before.lease === null) !== (state.lease === null)) {
      const code = state.claim !== null ? 'busy' : event.kind === 'stop' ? 'stopped_by_person' : 'expired'
      const why = state.lease === null ? (state.hold ?? state.barred ?? code) : null
      this.tell((l) => l.onLease?.(state.lease !== null, why))
    }
    if (before.mount !== state.mount || before.tightened !== state.tightened) {
      const mount = effectiveMount(state)
      this.tell((l) => l.onMount?.(mount))
    }
    return refusal
  }
}
