/**
 * What stations tell of their health, kept as it comes: the last of each, and how far the antenna was off lately.
 * @module
 */
import type { StationMessage } from '../../broker/contracts.js'
import type { HealthTelemetry, OnlineState, RotTelemetry, StationState } from '../../shared/messages.js'
import type { Context } from '../context.js'

/** At 1 Hz a minute: short enough to see a fault begin, long enough that a gust is none (H11). */
const KEPT = 60

export interface Told {
  /** The last state, when it came from the station itself. */
  readonly state: Pick<OnlineState, 'state' | 'code'> | null
  readonly health: HealthTelemetry | null
  /** Degrees, of the last minute of the last pass, not in the order of time. */
  readonly errors: readonly number[]
}

interface Live {
  state: StationState | null
  health: HealthTelemetry | null
  /** The contact that `errors` are of. */
  contactId: string | null
  /** In this contact it has been on the satellite: what comes before is the way there. */
  hasArrived: boolean
  errors: number[]
  next: number
}

const NOTHING: Told = { state: null, health: null, errors: [] }

/** As much of the broker as is listened to. */
export interface Heard {
  onMessage(listener: (message: StationMessage) => unknown): () => void
}

export class StationWatch {
  readonly #live = new Map<string, Live>()
  #off: (() => void)[] = []

  constructor(
    private readonly events: Context['events'],
    private readonly bus: Heard,
  ) {}

  start(): void {
    this.#off = [
      this.bus.onMessage((message) => this.#heard(message)),
      this.events.on('ended', ({ stationId, credentialId }) => {
        if (stationId !== undefined && credentialId === undefined) this.#live.delete(stationId)
      }),
    ]
  }

  stop(): void {
    for (const off of this.#off) off()
    this.#off = []
  }

  told(stationId: string): Told {
    const live = this.#live.get(stationId)
    if (live === undefined) return NOTHING
    const { state, health, errors } = live
    return { state: state?.link === 'online' ? state : null, health, errors }
  }

  #heard(message: StationMessage): void {
    const live = this.#of(message.principal.id)
    if (message.kind === 'state') live.state = message.message
    if (message.kind !== 'telemetry') return
    // The broker has checked both against their schemas (B12); 2,000 stations are not parsed twice a second more.
    if (message.topic.channel === 'health') live.health = message.message as HealthTelemetry
    if (message.topic.channel === 'rot') noteError(live, message.message as RotTelemetry)
  }

  #of(stationId: string): Live {
    let live = this.#live.get(stationId)
    if (live === undefined) {
      live = { state: null, health: null, contactId: null, hasArrived: false, errors: [], next: 0 }
      this.#live.set(stationId, live)
    }
    return live
  }
}

/** Only within a pass, from the first moment on the satellite: the way to it is no error. */
function noteError(live: Live, { contactId, state, errDeg }: RotTelemetry): void {
  if (contactId === undefined) return
  if (contactId !== live.contactId) Object.assign(live, { contactId, hasArrived: false, errors: [], next: 0 })
  live.hasArrived ||= state === 'on_target'
  if (!live.hasArrived || errDeg === null) return
  live.errors[live.next] = errDeg
  live.next = (live.next + 1) % KEPT
}
