/**
 * Is a typed direction one that the station would take? The station guards itself; this says so before anything is sent.
 * @module
 */
import type { AzEl } from '../../../shared/angles.js'
import type { Mount, RotTelemetry } from '../../../shared/messages.js'
import { pathViolation, violation } from '../../../shared/mount/limits.js'
import { typedNumber } from './typed-number.js'

export type GoToFault =
  | { readonly kind: 'az_number' | 'el_number' | 'keep_out' | 'way' | 'blind' }
  /** `instead`: the same direction, whole turns away and inside the travel. */
  | { readonly kind: 'az_travel'; readonly instead: number | null }
  | { readonly kind: 'el_travel' }

export type GoTo =
  | { readonly ok: true; readonly target: AzEl }
  | { readonly ok: false; readonly fault: GoToFault }

const no = (fault: GoToFault): GoTo => ({ ok: false, fault })

/** The same compass direction inside the travel, the nearest to `az`; null where there is none. */
function wholeTurns(az: number, { azMin, azMax }: Mount): number | null {
  const inside = [-720, -360, 360, 720].map((turn) => az + turn).filter((a) => a >= azMin && a <= azMax)
  return inside.sort((a, b) => Math.abs(a - az) - Math.abs(b - az))[0] ?? null
}

/**
 * @param rot where the antenna is: nobody sends it off blind
 * @param az as typed, in the mount's own unwrapped degrees
 */
export function checkGoTo(az: string, el: string, rot: RotTelemetry, mount: Mount): GoTo {
  const target = { az: typedNumber(az), el: typedNumber(el) }
  if (Number.isNaN(target.az)) return no({ kind: 'az_number' })
  if (Number.isNaN(target.el)) return no({ kind: 'el_number' })
  if (target.az < mount.azMin || target.az > mount.azMax)
    return no({ kind: 'az_travel', instead: wholeTurns(target.az, mount) })
  if (target.el < mount.elMin || target.el > mount.elMax) return no({ kind: 'el_travel' })
  if (violation(mount, target.az, target.el) !== null) return no({ kind: 'keep_out' })
  if (rot.az === null || rot.el === null) return no({ kind: 'blind' })
  if (pathViolation(mount, { az: rot.az, el: rot.el }, target) !== null) return no({ kind: 'way' })
  return { ok: true, target }
}
