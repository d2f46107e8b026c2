/**
 * How far the degrees of the controller are from those of the sky: a mast that was not set to north, a level that is not.
 * Everything in the agent, and everything it tells, is in degrees of the sky; `mount` in agent.json is in those of the
 * controller. Here alone one becomes the other, so that the guard keeps the metal to where it may be.
 * @module
 */
import { join } from 'node:path'
import { z } from 'zod'
import { type AzEl, wrap360 } from '../shared/angles.js'
import type { Mount } from '../shared/messages.js'
import type { MayLeave, Rotator, RotatorCapabilities } from './drivers/rotator.js'
import type { Log } from './log.js'
import { SealedFile } from './sealed-file.js'

export const offsetShape = {
  az: z.number().min(-180).max(180),
  el: z.number().min(-20).max(20),
} as const
/** Degrees to add to what the controller shows. */
export const offsetSchema = z.strictObject(offsetShape)
export type Offset = Readonly<z.infer<typeof offsetSchema>>

export const NO_OFFSET: Offset = { az: 0, el: 0 }

export class Calibration {
  readonly #file: SealedFile<Offset>
  /** Since the start. */
  now: Offset = NO_OFFSET
  /** From the next start on. */
  next: Offset = NO_OFFSET

  constructor(
    dataDir: string,
    private readonly log: Log,
  ) {
    this.#file = new SealedFile(join(dataDir, 'calibration.json'), offsetSchema)
  }

  async load(): Promise<void> {
    const stored = await this.#file.read()
    if (stored.kind === 'corrupt')
      this.log.error('the calibration is unreadable: calibrate anew', { file: this.#file.path })
    this.now = stored.kind === 'ok' ? stored.value : NO_OFFSET
    this.next = this.now
    if (this.now.az !== 0 || this.now.el !== 0) this.log.info('the mount is calibrated', { ...this.now })
  }

  /** Resolves when it is on the disk. */
  async change(next: Offset): Promise<void> {
    await this.#file.write(next)
    this.next = next
  }
}

const ZENITH = 90
const clamp = (value: number, min: number, max: number) => Math.max(min, Math.min(max, value))

/** The mount of agent.json in degrees of the sky: the same metal, otherwise named. */
export function calibratedMount(mount: Mount, { az, el }: Offset): Mount {
  if (az === 0 && el === 0) return mount
  // What has no name in the sky is not used; a mount that ends at the zenith does not go over it for a fraction of a degree.
  const highest = mount.elMax <= ZENITH ? ZENITH : 180
  const height = (value: number) => clamp(value + el, -90, highest)
  // Seen from beyond the zenith the same metal has moved the other way.
  const rise = mount.elMax <= ZENITH ? el : Math.abs(el)
  const turn = (value: number) => clamp(value + az, -720, 1080)
  return {
    ...mount,
    azMin: turn(mount.azMin),
    azMax: turn(mount.azMax),
    elMin: height(mount.elMin),
    elMax: height(mount.elMax),
    parkAz: turn(mount.parkAz),
    parkEl: height(mount.parkEl),
    keepOut: mount.keepOut.map(({ azFrom, azTo, elBelow }) => {
      const isWhole = azTo - azFrom >= 360
      return {
        azFrom: isWhole ? 0 : wrap360(azFrom + az),
        azTo: isWhole ? 360 : wrap360(azTo + az),
        elBelow: clamp(elBelow + rise, -90, 180),
      }
    }),
  }
}

/** Far below the steps of any controller: what adding and taking away leaves behind. */
const MICRO = 1e6
const clean = (degrees: number): number => Math.round(degrees * MICRO) / MICRO

/** A rotator whose degrees are those of the sky. */
export class CalibratedRotator implements Rotator {
  #raw: RotatorCapabilities | null = null
  #shown: RotatorCapabilities | null = null

  constructor(
    private readonly driver: Rotator,
    private readonly offset: Offset,
  ) {}

  get kind(): Rotator['kind'] {
    return this.driver.kind
  }

  /** The same object for the same connection, as those of the driver. */
  get capabilities(): RotatorCapabilities | null {
    const raw = this.driver.capabilities
    if (raw !== this.#raw) {
      this.#raw = raw
      this.#shown = raw === null ? null : this.#calibrated(raw)
    }
    return this.#shown
  }

  async start(): Promise<RotatorCapabilities> {
    const raw = await this.driver.start()
    return this.capabilities ?? this.#calibrated(raw)
  }

  async position(): Promise<AzEl> {
    const { az, el } = await this.driver.position()
    return { az: clean(az + this.offset.az), el: clean(el + this.offset.el) }
  }

  moveTo(az: number, el: number, mayLeave: MayLeave): Promise<boolean> {
    return this.driver.moveTo(clean(az - this.offset.az), clean(el - this.offset.el), mayLeave)
  }

  stop(): Promise<void> {
    return this.driver.stop()
  }

  park(mayLeave: MayLeave): Promise<boolean> {
    return this.driver.park(mayLeave)
  }

  close(): Promise<void> {
    return this.driver.close()
  }

  #calibrated({ model, limits, steps }: RotatorCapabilities): RotatorCapabilities {
    const { az, el } = this.offset
    return {
      model,
      steps: { ...steps, azZero: az, elZero: el },
      limits:
        limits === null
          ? null
          : {
              azMin: limits.azMin + az,
              azMax: limits.azMax + az,
              elMin: limits.elMin + el,
              elMax: limits.elMax + el,
            },
    }
  }
}
