/**
 * A mount as the director expects it to be: rates, acceleration, play, a controller that is slow to hear and deaf to small
 * moves. Each plan is run against it before anybody signs it, and ways to follow a pass are compared on it.
 * @module
 */
import { type AzEl, separation } from '../angles.js'
import type { Mount } from '../messages.js'
import { type Axis, type AxisState, atRest, azimuthAxis, elevationAxis, headed } from './axis.js'
import { type Aim, nextSetpoint, setpointOf } from './setpoint.js'
import type { SampledTrack } from './track.js'

/** What sends setpoints: asked once a period, told where the mount says that it is. Null: nothing to send now. */
export type Sender = (nowMs: number, measured: AzEl) => AzEl | null

export interface Run {
  readonly fromMs: number
  readonly toMs: number
  /** Where the mount waits, at rest, half a minute before. */
  readonly start: AzEl
  /** The true direction of the satellite. */
  readonly sky: (ms: number) => AzEl
  readonly send: Sender
  /** Between two looks of the sender. */
  readonly periodMs: number
  /** From the sender's look to the motor. */
  readonly latencyMs: number
}

export interface Simulation {
  /** Seconds within half the beam width. */
  readonly onTargetS: number
  /** The same as a part of the run, 0..1. */
  readonly onTarget: number
  readonly rmsErrDeg: number
  readonly maxErrDeg: number
  /** Times that a motor of either axis had to start. */
  readonly starts: number
  /** Every setpoint that was sent. */
  readonly sent: readonly AzEl[]
}

const STEP_MS = 50

/** An axis with its motor: counts starts, hears nothing smaller than the controller's dead band. */
class Motor {
  starts = 0
  #goal: number

  constructor(
    private readonly axis: Axis,
    private readonly deadband: number,
    public state: AxisState,
  ) {
    this.#goal = state.at
  }

  hear(goal: number): void {
    if (Math.abs(goal - this.state.at) >= this.deadband || this.state.speed !== 0) this.#goal = goal
  }

  step(seconds: number): void {
    const before = this.state
    this.state = headed(this.axis, before, this.#goal, seconds)
    if (before.speed === 0 && this.state.at !== before.at) this.starts += 1
  }
}

/** Runs from a little before `fromMs`, so that the first setpoint has left by then; only the run itself counts. */
export function simulate(mount: Mount, run: Run): Simulation {
  const az = new Motor(azimuthAxis(mount), mount.deadband ?? 0, atRest(run.start.az))
  const el = new Motor(elevationAxis(mount), mount.deadband ?? 0, atRest(run.start.el))
  const sent: AzEl[] = []
  const underWay: { atMs: number; setpoint: AzEl }[] = []
  let [squares, worst, hits, n] = [0, 0, 0, 0]
  let nextLook = run.fromMs - run.periodMs
  for (let ms = nextLook; ms < run.toMs; ms += STEP_MS) {
    if (ms >= nextLook) {
      nextLook += run.periodMs
      const setpoint = run.send(ms, { az: az.state.at, el: el.state.at })
      if (setpoint !== null) {
        sent.push(setpoint)
        underWay.push({ atMs: ms + run.latencyMs, setpoint })
      }
    }
    while (underWay[0] !== undefined && underWay[0].atMs <= ms) {
      const heard = underWay.shift()?.setpoint
      if (heard === undefined) break
      az.hear(heard.az)
      el.hear(heard.el)
    }
    az.step(STEP_MS / 1000)
    el.step(STEP_MS / 1000)
    if (ms < run.fromMs) continue
    const error = separation({ az: az.state.out, el: el.state.out }, run.sky(ms + STEP_MS))
    squares += error * error
    worst = Math.max(worst, error)
    if (error <= mount.beamwidth / 2) hits += 1
    n += 1
  }
  return {
    onTargetS: (hits * STEP_MS) / 1000,
    onTarget: hits / Math.max(1, n),
    rmsErrDeg: Math.sqrt(squares / Math.max(1, n)),
    maxErrDeg: worst,
    starts: az.starts + el.starts,
    sent,
  }
}

/** Follows a track as the agent does: what is good for its simulation is what it does. */
export function followTrack(mount: Mount, track: SampledTrack, leadMs: number): Sender {
  let last: Aim | null = null
  return (nowMs) => {
    const next = nextSetpoint(mount, track, nowMs, leadMs, last)
    if (next === null) return null
    last = next
    return setpointOf(next)
  }
}
