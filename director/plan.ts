/**
 * From a pass to a plan: the table that one antenna follows alone, on a path chosen for the whole pass, shaped to what the
 * mount can do, and run against a simulated mount before anybody signs it.
 * @module
 */
import type { AzEl } from '../shared/angles.js'
import { TalosError } from '../shared/errors.js'
import { type Mount, PLAN_SAMPLES, type Plan, type Site } from '../shared/messages.js'
import { planPath } from '../shared/mount/path.js'
import { waitingPosition } from '../shared/mount/setpoint.js'
import { PREPASS_MARGIN_S } from '../shared/mount/setup.js'
import { followTrack, type Simulation, simulate } from '../shared/mount/simulate.js'
import { plainFacing, type Track } from '../shared/mount/sky.js'
import { prepass } from '../shared/mount/slew.js'
import { positionAt, type SampledTrack } from '../shared/mount/track.js'
import { lookAngles } from '../shared/orbit/look.js'
import type { Satellite } from '../shared/orbit/propagate.js'
import { iso, SECOND } from '../shared/time.js'
import { clampedRound } from './round.js'

/** One second between samples: cubic interpolation then errs by less than 0.01 degrees on a LEO pass. */
const STEP_MS = SECOND
/** Three numbers a sample must stay within the 256 KiB of a plan after base64. */
const MOST_SAMPLES = Math.min(3000, PLAN_SAMPLES)
/** A pass that is in the beam for less than this part of it is not worth an antenna. */
export const LEAST_ON_TARGET = 0.1
/** What the agent has in the mean: it looks four times a second, and a controller takes a fifth of one to answer. */
const PERIOD_MS = 250
const LATENCY_MS = 200

export interface PlanFacts {
  readonly contactId: string
  readonly satelliteId: string
  readonly elementsHash: string
  readonly aosMs: number
  readonly tcaMs: number
  readonly losMs: number
  /** Arrive so long before AOS, seconds, where that is more than the usual margin. */
  readonly prepassS: number
  readonly downlinkHz: number | null
  readonly uplinkHz: number | null
  readonly onEnd: Plan['onEnd']
}

/** What the plan is worth on the simulated mount: seconds and part of the pass in the beam, error, motor starts. */
export type MountRun = Omit<Simulation, 'sent'>

/**
 * Sky directions and range rates at the samples of a plan. The last sample lies up to a step beyond LOS, where the
 * satellite is by then, but not below what the mount reaches.
 */
function sampleSky(satellite: Satellite, site: Site, elMin: number, aosMs: number, losMs: number) {
  const duration = losMs - aosMs
  const dtMs = Math.max(STEP_MS, Math.ceil(duration / (MOST_SAMPLES - 1) / SECOND) * SECOND)
  const count = Math.max(2, Math.ceil(duration / dtMs) + 1)
  const az: number[] = []
  const el: number[] = []
  const rangeRate: number[] = []
  for (let i = 0; i < count; i++) {
    const look = lookAngles(satellite, site, aosMs + i * dtMs)
    az.push(look.az)
    el.push(aosMs + i * dtMs > losMs ? Math.max(look.el, elMin) : look.el)
    rangeRate.push(look.rangeRate)
  }
  return { dtMs, az, el, rangeRate }
}

/**
 * Makes the plan of a contact for a mount at a site.
 * @throws TalosError `plan_invalid` when no single branch fits or the mount cannot follow, saying which
 */
export function buildPlan(
  facts: PlanFacts,
  satellite: Satellite,
  site: Site,
  mount: Mount,
  nowMs: number,
): { plan: Plan; dryRun: MountRun } {
  const sky = sampleSky(satellite, site, mount.elMin, facts.aosMs, facts.losMs)
  const path = planPath(mount, sky)
  const travel = `azimuth ${mount.azMin}..${mount.azMax}, elevation ${mount.elMin}..${mount.elMax}`
  if (path === null) {
    const isKeptOut = mount.keepOut.length > 0 && planPath({ ...mount, keepOut: [] }, sky) !== null
    throw new TalosError(
      'plan_invalid',
      isKeptOut
        ? 'The keep-out zones of the mount leave no way to follow the pass.'
        : `The mount (${travel}) reaches nothing of the pass.`,
    )
  }
  const az = path.az.map((a) => clampedRound(a, mount.azMin, mount.azMax))
  const el = path.el.map((e) => clampedRound(e, mount.elMin, mount.elMax))
  const track = { t0Ms: facts.aosMs, dtMs: sky.dtMs, az, el }
  const start = waitingPosition(mount, track)
  const dryRun = dryRunOf(mount, track, start, sky, facts.losMs)
  if (dryRun.onTarget < LEAST_ON_TARGET)
    throw new TalosError(
      'plan_invalid',
      `In the dry run the mount (${travel}) is on target for ${(100 * dryRun.onTarget).toFixed(0)} % of the pass (error up to ${dryRun.maxErrDeg.toFixed(1)} degrees).`,
    )
  const park = { az: mount.parkAz, el: mount.parkEl }
  const from = farthest(mount, start.az, park.el)
  // The far end of the travel may lie in a keep-out, where no way begins; the way then counts as if it were clear.
  const marginS = Math.max(PREPASS_MARGIN_S, facts.prepassS)
  const wait =
    prepass(mount, from, start, facts.aosMs, marginS) ??
    prepass({ ...mount, keepOut: [] }, from, start, facts.aosMs, marginS)
  const { turns, flip, unwindsAt } = path
  const unwindAt = unwindsAt === null ? {} : { unwindAt: iso(facts.aosMs + unwindsAt * sky.dtMs) }
  return {
    plan: {
      contactId: facts.contactId,
      satelliteId: facts.satelliteId,
      satelliteName: satellite.omm.OBJECT_NAME,
      omm: satellite.omm,
      elementsHash: facts.elementsHash,
      aos: iso(facts.aosMs),
      tca: iso(facts.tcaMs),
      los: iso(facts.losMs),
      branch: { turns, flip, ...unwindAt },
      t0: iso(facts.aosMs),
      dtMs: sky.dtMs,
      az,
      el,
      rangeRate: sky.rangeRate.map((v) => Math.round(v * 1e5) / 1e5),
      prepassAz: clampedRound(start.az, mount.azMin, mount.azMax),
      prepassEl: clampedRound(start.el, mount.elMin, mount.elMax),
      prepassAt: iso(Math.min(facts.aosMs, Math.max(nowMs, wait?.atMs ?? facts.aosMs))),
      ...(facts.downlinkHz === null ? {} : { downlinkHz: facts.downlinkHz }),
      ...(facts.uplinkHz === null ? {} : { uplinkHz: facts.uplinkHz }),
      onEnd: facts.onEnd,
    },
    dryRun,
  }
}

/** The plan as the agent will fly it, on a simulated mount. */
function dryRunOf(mount: Mount, track: SampledTrack, start: AzEl, sky: Track, losMs: number): MountRun {
  const seen: SampledTrack = { t0Ms: track.t0Ms, dtMs: track.dtMs, ...plainFacing(sky) }
  const { sent: _sent, ...outcome } = simulate(mount, {
    fromMs: track.t0Ms,
    toMs: losMs,
    start,
    sky: (ms) => positionAt(seen, ms),
    send: followTrack(mount, track, LATENCY_MS + PERIOD_MS / 2),
    periodMs: PERIOD_MS,
    latencyMs: LATENCY_MS,
  })
  return outcome
}

/** Where the mount may be when the prepass begins is not known; the far end of its azimuth travel is the worst. */
const farthest = (mount: Mount, az: number, el: number) => ({
  az: az - mount.azMin > mount.azMax - az ? mount.azMin : mount.azMax,
  el,
})
