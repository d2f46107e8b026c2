/**
 * One axis of a mount that exists only in numbers: a motor with a top speed and an acceleration, and play between the
 * motor and what it turns.
 * @module
 */

export interface AxisTraits {
  /** degrees a second */
  readonly rate: number
  /** degrees a second squared; infinite: at full speed at once. */
  readonly accel: number
  /** Degrees that the motor turns after a reversal before the antenna does. */
  readonly backlash: number
}

export interface AxisState {
  /** Where the motor is, in degrees of the mount, and how fast it turns. */
  readonly motor: number
  readonly speed: number
  /** Where the antenna points. */
  readonly load: number
}

/** Fine enough for any motion that somebody looks at: at 6 deg/s a step is 0.06 degrees. */
const STEP_S = 0.01

export const axisAt = (degrees: number): AxisState => ({ motor: degrees, speed: 0, load: degrees })

/** Play lets the antenna lag by up to half of it, on the side from which the motor comes. */
const dragged = (load: number, motor: number, { backlash }: AxisTraits): number =>
  Math.max(motor - backlash / 2, Math.min(motor + backlash / 2, load))

function tick(axis: AxisState, target: number, traits: AxisTraits, seconds: number): AxisState {
  const { rate, accel } = traits
  const gap = target - axis.motor
  // As fast as the brake can still bring it to rest at the target, from where this step ends.
  const brake = accel * seconds
  const stoppable = Math.sqrt(brake * brake + 2 * accel * Math.abs(gap)) - brake
  const wanted = Math.sign(gap) * Math.min(rate, stoppable, Math.abs(gap) / seconds)
  const speed = Math.max(axis.speed - brake, Math.min(axis.speed + brake, wanted))
  const motor = axis.motor + speed * seconds
  return { motor, speed, load: dragged(axis.load, motor, traits) }
}

const hasArrived = (axis: AxisState, target: number): boolean => axis.motor === target && axis.speed === 0

/** The axis `seconds` later, on its way to `target`. */
export function advanceAxis(axis: AxisState, target: number, traits: AxisTraits, seconds: number): AxisState {
  if (traits.accel === Number.POSITIVE_INFINITY) {
    const most = traits.rate * seconds
    const motor = axis.motor + Math.max(-most, Math.min(most, target - axis.motor))
    return { motor, speed: 0, load: dragged(axis.load, motor, traits) }
  }
  let now = axis
  for (let left = seconds; left > 0 && !hasArrived(now, target); left -= STEP_S)
    now = settled(tick(now, target, traits, Math.min(left, STEP_S)), target, traits)
  return now
}

/** The last hair of the way: within what one step can change, it stands. */
function settled(axis: AxisState, target: number, traits: AxisTraits): AxisState {
  const isClose = Math.abs(target - axis.motor) < 1e-3 && Math.abs(axis.speed) <= 2 * traits.accel * STEP_S
  return isClose ? { motor: target, speed: 0, load: dragged(axis.load, target, traits) } : axis
}

/** Where the motor comes to rest when it brakes now. */
export const brakingPoint = ({ motor, speed }: AxisState, { accel }: AxisTraits): number =>
  motor + (Math.sign(speed) * speed * speed) / (2 * accel)
