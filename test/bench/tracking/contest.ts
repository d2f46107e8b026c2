/**
 * Each way to follow a pass on the same simulated mount, over many passes, by band of culmination.
 * @module
 */
import type { Mount } from '../../../shared/messages.js'
import { planPath } from '../../../shared/mount/path.js'
import { followTrack, type Simulation, simulate } from '../../../shared/mount/simulate.js'
import { BANDS, type RealPass } from './passes.js'
import { current, currentNearest, gpredict, type Peer, satnogs } from './peers.js'

/** From the sender's look to the motor. */
export const LATENCY_MS = 200
const PERIOD_MS = 250

export const RIVALS = ['ours', 'naive', 'naiveNearest', 'gpredict', 'satnogs', 'satnogsFlip'] as const
export type Rival = (typeof RIVALS)[number]

/** Thresholds of the peers, degrees: their defaults. */
export interface Thresholds {
  readonly gpredict: number
  readonly satnogs: number
}
export const DEFAULTS: Thresholds = { gpredict: 5, satnogs: 4 }

function ours(mount: Mount, pass: RealPass): Peer | null {
  const path = planPath(mount, pass.track)
  if (path === null) return null
  const track = { t0Ms: pass.aosMs, dtMs: pass.track.dtMs, az: path.az, el: path.el }
  return {
    sender: followTrack(mount, track, LATENCY_MS + PERIOD_MS / 2),
    periodMs: PERIOD_MS,
    start: { az: path.az[0] ?? 0, el: path.el[0] ?? 0 },
  }
}

function peerOf(rival: Rival, mount: Mount, pass: RealPass, at: Thresholds): Peer | null {
  if (rival === 'ours') return ours(mount, pass)
  if (rival === 'naive') return current(mount, pass)
  if (rival === 'naiveNearest') return currentNearest(mount, pass)
  if (rival === 'gpredict') return gpredict(mount, pass, at.gpredict)
  return satnogs(mount, pass, at.satnogs, rival === 'satnogsFlip')
}

export function follow(rival: Rival, mount: Mount, pass: RealPass, at: Thresholds): Simulation | null {
  const peer = peerOf(rival, mount, pass, at)
  if (peer === null) return null
  const { sender, periodMs, start } = peer
  return simulate(mount, {
    ...{ fromMs: pass.aosMs, toMs: pass.losMs, sky: pass.sky },
    ...{ start, send: sender, periodMs, latencyMs: LATENCY_MS },
  })
}

/** What was seen of one rival in one band. */
export class Tally {
  passes = 0
  #rms = 0
  #starts = 0
  #onTargetS = 0
  #lengthS = 0
  worst = 0

  add(run: Simulation | null, lengthS: number): void {
    this.passes += 1
    this.#lengthS += lengthS
    if (run === null) return
    this.#rms += run.rmsErrDeg
    this.#starts += run.starts
    this.#onTargetS += run.onTargetS
    this.worst = Math.max(this.worst, run.maxErrDeg)
  }
  /** Mean over the passes. */
  get rms(): number {
    return this.#rms / this.passes
  }
  get starts(): number {
    return this.#starts / this.passes
  }
  get onTargetPct(): number {
    return (100 * this.#onTargetS) / this.#lengthS
  }
}

/** By band; the last is of all bands together. */
export type Tallies = Record<Rival, readonly Tally[]>

export function contest(
  entries: readonly { readonly mount: Mount; readonly passes: readonly RealPass[] }[],
  thresholds: (mount: Mount) => Thresholds = () => DEFAULTS,
): Tallies {
  const make = () => [...BANDS, null].map(() => new Tally())
  const tallies = {
    ours: make(),
    naive: make(),
    naiveNearest: make(),
    gpredict: make(),
    satnogs: make(),
    satnogsFlip: make(),
  }
  for (const { mount, passes } of entries)
    for (const pass of passes)
      for (const rival of RIVALS) {
        const run = follow(rival, mount, pass, thresholds(mount))
        const lengthS = (pass.losMs - pass.aosMs) / 1000
        tallies[rival][pass.band]?.add(run, lengthS)
        tallies[rival][BANDS.length]?.add(run, lengthS)
      }
  return tallies
}
