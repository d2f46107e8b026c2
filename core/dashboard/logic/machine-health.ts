/**
 * The health of the machine beside the antenna: what it says, and how bad that is.
 * @module
 */
import type { HealthTelemetry } from '../../../shared/messages.js'
import { SECOND } from '../../../shared/time.js'
import { fixed, NONE } from './number-text.js'
import type { Tone } from './station-status.js'

type Clock = NonNullable<HealthTelemetry['clock']>

/** A satellite crosses half a degree in the time in which a low orbit makes it; beyond that a clock is worth a look. */
const CLOCK_WARN_MS = 250
const CLOCK_BAD_MS = 1 * SECOND
const DISK_WARN_MIB = 500
const DISK_BAD_MIB = 100

/** `+12 ms ± 4 ms`, `−1.8 s ± 0.2 s`; a dash where nothing is known. */
export function clockText({ offsetMs, uncertaintyMs }: Clock): string {
  if (offsetMs === null) return NONE
  const inSeconds = Math.abs(offsetMs) >= 10 * SECOND || (uncertaintyMs ?? 0) >= 10 * SECOND
  const text = (ms: number) => (inSeconds ? `${fixed(ms / SECOND, 1)} s` : `${fixed(ms, 0)} ms`)
  const sign = offsetMs > 0 ? '+' : ''
  return `${sign}${text(offsetMs)}${uncertaintyMs === null ? '' : ` ± ${text(uncertaintyMs)}`}`
}

/** By the worst that the clock can be off. */
export function clockTone({ offsetMs, uncertaintyMs, source, ntp }: Clock): Tone {
  if (source === 'conflict') return 'bad'
  if (offsetMs === null) return 'warn'
  const worst = Math.abs(offsetMs) + (uncertaintyMs ?? 0)
  if (worst > CLOCK_BAD_MS) return 'bad'
  return worst > CLOCK_WARN_MS || ntp === 'unsynchronised' ? 'warn' : 'good'
}

export function diskTone(freeMiB: number | null): Tone {
  if (freeMiB === null) return 'quiet'
  return freeMiB < DISK_BAD_MIB ? 'bad' : freeMiB < DISK_WARN_MIB ? 'warn' : 'good'
}

/** MiB as people read them. */
export const sizeText = (mib: number): string =>
  mib >= 1024 ? `${fixed(mib / 1024, 1)} GiB` : `${fixed(mib, 0)} MiB`
