/**
 * The life of an antenna to which anything happens: orders sane and insane, plans, leases, stops, holds, lies of the
 * rotator, lost connections, restarts, kills. The driver, the guard and their loop are the real ones.
 * @module
 */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Antenna } from '../../../agent/antenna.js'
import { RotctldDriver } from '../../../agent/drivers/rotctld.js'
import { GuardMemory } from '../../../agent/guard/memory.js'
import type { OrderSource } from '../../../agent/guard/state.js'
import type { Log } from '../../../agent/log.js'
import type { AzEl } from '../../../shared/angles.js'
import { MANUAL_LIFETIME_MS, type Mount } from '../../../shared/messages.js'
import type { Clock } from '../../../shared/time.js'
import type { Pick } from '../random.js'
import type { DamagingProxy } from './damaging-proxy.js'
import type { GuardOracle } from './guard-oracle.js'

const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const INSANE = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e21, -1e9, 1e-320, 451, -181]
const LIVES = [null, 5000, 1000, 300, 50, 5, 0, -1, Number.NaN, 1e9, Number.POSITIVE_INFINITY]
const BY_HAND = ['manual', 'manual', 'manual', 'park', 'door'] as const
const BY_PLAN = ['plan', 'plan', 'plan', 'plan', 'prepass'] as const
const CONTACTS = ['contact-1', 'contact-1', 'contact-2']

export class GuardLife {
  readonly refused: Record<string, number> = {}
  taken = 0
  restarts = 0
  #dataDir = ''
  #antenna: Antenna
  #driver: RotctldDriver
  #track: AzEl = { az: 0, el: 45 }
  #lease = 0
  #id = 0
  readonly #dead: Promise<void>[] = []

  constructor(
    private readonly mount: Mount,
    private readonly proxy: DamagingProxy,
    private readonly oracle: GuardOracle,
    private readonly pick: Pick,
    private readonly clock: Clock,
  ) {
    this.#driver = this.#makeDriver()
    this.#antenna = this.#makeAntenna()
  }

  async start(): Promise<void> {
    this.#dataDir = await mkdtemp(join(tmpdir(), 'talos-guard-'))
    this.#driver = this.#makeDriver()
    await this.#begin()
  }

  async stop(): Promise<void> {
    await this.#antenna.stop()
    await Promise.all(this.#dead)
    await rm(this.#dataDir, { recursive: true, force: true })
  }

  #makeDriver(): RotctldDriver {
    return new RotctldDriver({ host: '127.0.0.1', port: this.proxy.port, allowRemote: false, model: null })
  }

  #makeAntenna(): Antenna {
    return new Antenna({
      mount: this.mount,
      driver: this.#driver,
      azimuthReport: 'absolute',
      parkBy: 'position',
      memory: new GuardMemory(this.#dataDir, SILENT),
      clock: this.clock,
      log: SILENT,
    })
  }

  async #begin(): Promise<void> {
    const antenna = this.#makeAntenna()
    this.#antenna = antenna
    this.oracle.ended()
    this.oracle.tight = null
    this.oracle.isHeld = () => antenna.live.state === 'safe_hold' || antenna.guard.barred !== null
    antenna.listen({
      onEnding: ({ id }) => this.oracle.ended(id),
      onClaimLost: (contactId) => this.oracle.ended(contactId),
    })
    await antenna.start()
  }

  /** One thing happens. */
  async happen(): Promise<void> {
    const { pick, oracle } = this
    const antenna = this.#antenna
    const kind = pick(1000)
    if (kind < 850) await this.#order()
    else if (kind < 865) {
      const id = this.#contact()
      // Who has the antenna already goes on.
      const isNew = antenna.guard.claim !== id
      this.#note(antenna.claim(id), () => (isNew ? oracle.ended() : undefined))
    } else if (kind < 905) {
      void antenna.halt(pick(4) === 0 ? 'door' : 'person')
      oracle.ended()
    } else if (kind < 915) {
      const id = antenna.guard.claim ?? this.#contact()
      if (antenna.guard.claim === id) oracle.ended()
      antenna.unclaim(id)
    } else if (kind < 930) this.#lend()
    else if (kind < 932) {
      antenna.hold()
      oracle.ended()
    } else if (kind < 960) antenna.release('station')
    else if (kind < 966) this.#tighten()
    else if (kind < 967) {
      antenna.bar('station_locked')
      oracle.ended()
    } else if (kind < 977) antenna.bar(null)
    else if (kind < 980) this.proxy.hangUp()
    else if (kind < 984) this.proxy.badness = pick(3) === 0 ? pick(60) : 0
    else if (kind < 999) await new Promise((resolve) => setTimeout(resolve, pick(20)))
    else if (pick(20) === 0) await this.#restart()
    if (pick(2) === 0) await this.#turnOfOthers()
  }

  /** A few rounds of the loop: the time in which a line goes to rotctld and its answer comes. */
  async #turnOfOthers(): Promise<void> {
    for (let i = this.pick(6); i >= 0; i--) await new Promise(setImmediate)
  }

  #note(refusal: { readonly code: string } | null, taken: () => void): void {
    if (refusal === null) {
      this.taken += 1
      taken()
    } else this.refused[refusal.code] = (this.refused[refusal.code] ?? 0) + 1
  }

  #contact(): string {
    return CONTACTS[this.pick(CONTACTS.length)] ?? 'contact-1'
  }

  #angle(min: number, max: number): number {
    const { pick } = this
    if (pick(40) === 0) return INSANE[pick(INSANE.length)] ?? 0
    return min - 3 + pick(Math.round((max - min + 6) * 1000)) / 1000
  }

  async #order(): Promise<void> {
    const { pick, mount, oracle } = this
    // Mostly whose turn it is, so that much is taken.
    const isPlansTurn = (this.#antenna.guard.claim !== null) === pick(12) > 0
    const sources = isPlansTurn ? BY_PLAN : BY_HAND
    const source: OrderSource = sources[pick(sources.length)] ?? 'manual'
    const isTrack = source === 'plan'
    const near = (angle: number) => angle + (pick(401) - 200) / 1000
    const goal =
      isTrack && pick(10) > 0
        ? { az: near(this.#track.az), el: near(this.#track.el) }
        : { az: this.#angle(mount.azMin, mount.azMax), el: this.#angle(mount.elMin, mount.elMax) }
    const isPlan = isTrack || source === 'prepass'
    const lifetimeMs = isPlan ? null : (LIVES[pick(LIVES.length)] ?? null)
    if (!isPlan && pick(5) > 0) this.#id += 1
    const id = isPlan ? this.#contact() : `command-${this.#id}`
    const refusal = this.#antenna.order({ id, source, goal, lifetimeMs })
    this.#note(refusal, () => {
      if (isTrack) this.#track = goal
      oracle.taken(id, goal, this.#endOf(source, lifetimeMs), isTrack)
    })
    // Nothing is taken before the mount is in sight again.
    if (refusal?.code === 'driver_failed') await new Promise((resolve) => setTimeout(resolve, 20))
  }

  /** What people were promised: by hand five seconds at most, at the door no longer than the lease. */
  #endOf(source: OrderSource, asked: number | null): () => number {
    const life = asked === null ? Number.POSITIVE_INFINITY : asked > 0 ? asked : 0
    const end = this.clock.monotonic() + (source === 'manual' ? Math.min(life, MANUAL_LIFETIME_MS) : life)
    return source === 'door' ? () => Math.min(end, this.#lease) : () => end
  }

  #lend(): void {
    const until = this.pick(5) === 0 ? null : this.clock.monotonic() + this.pick(3000)
    this.#note(this.#antenna.lease(until), () => {
      this.#lease = until ?? 0
    })
  }

  #tighten(): void {
    const { pick, mount } = this
    const limits =
      pick(2) === 0
        ? { azMin: mount.azMin, azMax: mount.azMax, elMin: mount.elMin, elMax: mount.elMax }
        : {
            azMin: this.#angle(mount.azMin, 100),
            azMax: this.#angle(100, mount.azMax),
            elMin: this.#angle(mount.elMin, 20),
            elMax: this.#angle(60, mount.elMax),
          }
    this.#note(this.#antenna.tighten(limits), () => {
      this.oracle.tight = limits
    })
  }

  /** In order, or killed: then nothing more is said, and what the disk holds goes on. */
  async #restart(): Promise<void> {
    this.restarts += 1
    if (this.pick(2) === 0) {
      this.oracle.ended()
      await this.#antenna.stop()
    } else {
      await this.#driver.close()
      const left = this.#dataDir
      this.#dataDir = await copyOf(left)
      this.#dead.push(this.#antenna.stop().then(() => rm(left, { recursive: true, force: true })))
    }
    this.#driver = this.#makeDriver()
    await this.#begin()
  }
}

/** A folder as it stands at some moment, while somebody writes in it and takes temporary files away. */
async function copyOf(folder: string): Promise<string> {
  for (;;) {
    const copy = await mkdtemp(join(tmpdir(), 'talos-guard-'))
    try {
      await cp(folder, copy, { recursive: true })
      return copy
    } catch (error) {
      await rm(copy, { recursive: true, force: true })
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }
}
