/**
 * From a pass to a plan: the table that one antenna follows alone, on a branch chosen for the whole pass, shaped to the
 * mount's rates, and run against a simulated mount before anybody signs it.
 * @module
 */

import { TalosError } from '../shared/errors.js'
import { type Mount, PLAN_SAMPLES, type Plan, type Site } from '../shared/messages.js'
import { planBranch } from '../shared/mount/branch.js'
import { simulate } from '../shared/mount/simulate.js'
import { prepass } from '../shared/mount/slew.js'
import { lookAngles } from '../shared/orbit/look.js'
import type { Satellite } from '../shared/orbit/propagate.js'
import { iso, SECOND } from '../shared/time.js'
import { clampedRound } from './round.js'

/** One second between samples: cubic interpolation then errs by less than 0.01 degrees on a LEO pass. */
const STEP_MS = SECOND
/** Three numbers a sample must stay within the 256 KiB of a plan after base64. */
const MOST_SAMPLES = Math.min(3000, PLAN_SAMPLES)
/** Arrive this long before AOS. */
export const PREPASS_MARGIN_S = 10
/** A dry run that points at the satellite for less than this part of the pass is not worth an antenna. */
const LEAST_ON_TARGET = 0.1

export interface PlanFacts {
  readonly contactId: string
  readonly satelliteId: string
  readonly elementsHash: string
  readonly aosMs: number
  readonly tcaMs: number
  readonly losMs: number
  readonly onEnd: Plan['onEnd']
}

export interface DryRun {
  /** Part of the pass within half the beam width, 0..1. */
  readonly onTarget: number
  readonly rmsErrDeg: number
  readonly maxErrDeg: number
}

/** Sky directions and range rates at the samples of a plan. */
function sampleSky(satellite: Satellite, site: Site, aosMs: number, losMs: number) {
  const duration = losMs - aosMs
  const dtMs = Math.max(STEP_MS, Math.ceil(duration / (MOST_SAMPLES - 1) / SECOND) * SECOND)
  const count = Math.max(2, Math.ceil(duration / dtMs) + 1)
  const az: number[] = []
  const el: number[] = []
  const rangeRate: number[] = []
  for (let i = 0; i < count; i++) {
    const look = lookAngles(satellite, site, Math.min(losMs, aosMs + i * dtMs))
    az.push(look.az)
    el.push(look.el)
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
): { plan: Plan; dryRun: DryRun } {
  const sky = sampleSky(satellite, site, facts.aosMs, facts.losMs)
  const branch = planBranch(mount, sky)
  if (branch === null) {
    const isKeptOut = mount.keepOut.length > 0 && planBranch({ ...mount, keepOut: [] }, sky) !== null
    throw new TalosError(
      'plan_invalid',
      isKeptOut
        ? 'The pass runs through a keep-out zone of the mount.'
        : `No branch of the mount (azimuth ${mount.azMin}..${mount.azMax}, elevation ${mount.elMin}..${mount.elMax}) holds the whole pass.`,
    )
  }
  const start = { az: branch.az[0] ?? 0, el: branch.el[0] ?? 0 }
  const dryRun = simulate(mount, start, branch, sky.dtMs, sky)
  if (dryRun.onTarget < LEAST_ON_TARGET)
    throw new TalosError(
      'plan_invalid',
      `In the dry run the mount is on target for ${(100 * dryRun.onTarget).toFixed(0)} % of the pass (error up to ${dryRun.maxErrDeg.toFixed(1)} degrees).`,
    )
  const park = { az: mount.parkAz, el: mount.parkEl }
  const from = farthest(mount, start.az, park.el)
  // The far end of the travel may lie in a keep-out, where no way begins; the way then counts as if it were clear.
  const wait =
    prepass(mount, from, start, facts.aosMs, PREPASS_MARGIN_S) ??
    prepass({ ...mount, keepOut: [] }, from, start, facts.aosMs, PREPASS_MARGIN_S)
  const az = branch.az.map((a) => clampedRound(a, mount.azMin, mount.azMax))
  const el = branch.el.map((e) => clampedRound(e, mount.elMin, mount.elMax))
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
      branch: { turns: branch.turns, flip: branch.flip },
      t0: iso(facts.aosMs),
      dtMs: sky.dtMs,
      az,
      el,
      rangeRate: sky.rangeRate.map((v) => Math.round(v * 1e5) / 1e5),
      prepassAz: az[0] ?? start.az,
      prepassEl: el[0] ?? start.el,
      prepassAt: iso(Math.min(facts.aosMs, Math.max(nowMs, wait?.atMs ?? facts.aosMs))),
      onEnd: facts.onEnd,
    },
    dryRun: { onTarget: dryRun.onTarget, rmsErrDeg: dryRun.rmsErrDeg, maxErrDeg: dryRun.maxErrDeg },
  }
}

/** Where the mount may be when the prepass begins is not known; the far end of its azimuth travel is the worst. */
const farthest = (mount: Mount, az: number, el: number) => ({
  az: az - mount.azMin > mount.azMax - az ? mount.azMin : mount.azMax,
  el,
})
