/**
 * Short pieces of real passes: where a satellite stands by satellite.js alone, so that the truth that judges the agent
 * shares no line with the plans that it follows, and windows in which a mount can follow one satellite after the other.
 * @module
 */
import {
  degreesToRadians,
  ecfToLookAngles,
  eciToEcf,
  gstime,
  propagate,
  radiansToDegrees,
  type SatRec,
  twoline2satrec,
} from 'satellite.js'
import { buildPlan } from '../../../director/plan.js'
import type { AzEl } from '../../../shared/angles.js'
import type { Mount, Site } from '../../../shared/messages.js'
import { slewSeconds } from '../../../shared/mount/slew.js'
import { parseElements } from '../../../shared/orbit/elements.js'
import { findPasses } from '../../../shared/orbit/passes.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import { SECOND } from '../../../shared/time.js'
import type { Pick } from '../random.js'

/** A satellite of the file, as it stands there. */
export interface Sat {
  /** Catalogue number. */
  readonly id: string
  readonly satrec: SatRec
  /** Two lines, or three with the name. */
  readonly text: string
}

/** One pass to be flown: a piece of a real one, times in epoch ms. */
export interface Slot {
  readonly sat: Sat
  readonly aosMs: number
  readonly losMs: number
  readonly tcaMs: number
  readonly maxEl: number
  readonly aosAz: number
  readonly losAz: number
}

/** Kilometres from the centre of the Earth: neither burnt up nor high, with elements that have aged. */
const RADIUS_KM = [6650, 8000] as const
/** Degrees at which a piece of a pass begins, culminates and ends. */
const ELEVATION = [25, 82] as const
/** Part of a dry run that must be on target for the mount to be able to fly it. */
const FLYABLE = 0.99
/** Left over of the pause between two passes when the mount has arrived, seconds. */
const SPARE_S = 2
const PROBES = 5
/** All passes together are put off by this much at most, ms. */
const LATEST_MS = 60 * SECOND

export function satellitesOf(tle: string): Sat[] {
  const lines = tle.split(/\r?\n/)
  const found: Sat[] = []
  for (const [i, line] of lines.entries()) {
    const next = lines[i + 1] ?? ''
    if (!line.startsWith('1 ') || !next.startsWith('2 ')) continue
    const satrec = twoline2satrec(line, next)
    found.push({ id: String(Number(satrec.satnum)), satrec, text: [lines[i - 1], line, next].join('\n') })
  }
  return found
}

/** Null when it is no low satellite by now. */
export function directionOf(satrec: SatRec, site: Site, atMs: number): AzEl | null {
  const date = new Date(atMs)
  const state = propagate(satrec, date)
  if (state === null || typeof state.position !== 'object') return null
  const { x, y, z } = state.position
  const radius = Math.hypot(x, y, z)
  if (!(radius > RADIUS_KM[0] && radius < RADIUS_KM[1])) return null
  const observer = {
    latitude: degreesToRadians(site.lat),
    longitude: degreesToRadians(site.lon),
    height: site.altM / 1000,
  }
  const look = ecfToLookAngles(observer, eciToEcf(state.position, gstime(date)))
  return { az: (radiansToDegrees(look.azimuth) + 360) % 360, el: radiansToDegrees(look.elevation) }
}

function slotOf(sat: Sat, site: Site, aosMs: number, losMs: number): Slot | null {
  const first = directionOf(sat.satrec, site, aosMs)
  if (first === null || first.el < ELEVATION[0]) return null
  const times = Array.from({ length: PROBES }, (_, i) => aosMs + ((losMs - aosMs) * i) / (PROBES - 1))
  const looks = times.map((ms) => directionOf(sat.satrec, site, ms))
  const high = looks.map((look) => look?.el ?? Number.NaN)
  if (!high.every((el) => el >= ELEVATION[0] && el <= ELEVATION[1])) return null
  const maxEl = Math.max(...high)
  const tcaMs = Math.round(times[high.indexOf(maxEl)] ?? aosMs)
  return { sat, aosMs, losMs, tcaMs, maxEl, aosAz: first.az, losAz: looks.at(-1)?.az ?? first.az }
}

/** Where the plan for this piece begins and ends, or null when the mount cannot follow it well. */
function flown(slot: Slot, site: Site, mount: Mount): { from: AzEl; to: AzEl } | null {
  const [omm] = parseElements(slot.sat.text).elements
  if (omm === undefined) return null
  try {
    const { plan, dryRun } = buildPlan(
      {
        ...slot,
        contactId: 'contact-0',
        satelliteId: slot.sat.id,
        elementsHash: '0'.repeat(64),
        ...{ prepassS: 0, downlinkHz: null, uplinkHz: null },
        onEnd: 'stop',
      },
      satelliteFrom(omm),
      site,
      mount,
      slot.aosMs,
    )
    if (dryRun.onTarget < FLYABLE) return null
    return {
      from: { az: plan.prepassAz, el: plan.prepassEl },
      to: { az: plan.az.at(-1) ?? 0, el: plan.el.at(-1) ?? 0 },
    }
  } catch {
    // Through a keep-out, or faster than the mount: another satellite will do.
    return null
  }
}

export interface Wanted {
  readonly site: Site
  readonly mount: Mount
  readonly firstMs: number
  readonly count: number
  readonly passMs: number
  readonly pauseMs: number
}

/**
 * As many pieces as wanted, one after the other, each of another satellite and near enough to the one before; a little
 * later where the sky has none at that moment.
 * @throws Error when the sky does not have them
 */
export function slotsFor(sats: readonly Sat[], wanted: Wanted, pick: Pick): Slot[] {
  const { site, mount, firstMs, count, passMs, pauseMs } = wanted
  const slots: Slot[] = []
  let at: AzEl = { az: mount.parkAz, el: mount.parkEl }
  let aosMs = firstMs
  while (slots.length < count) {
    const from = pick(sats.length)
    const turned = [...sats.slice(from), ...sats.slice(0, from)]
    const found = next(turned, { ...wanted, firstMs: aosMs }, at, slots)
    if (found === null && aosMs > firstMs + count * (passMs + pauseMs) + LATEST_MS)
      throw new Error(`no satellite for pass ${slots.length} over ${site.lat}, ${site.lon}`)
    if (found === null) aosMs += SECOND
    else {
      slots.push(found.slot)
      at = found.to
      aosMs += passMs + pauseMs
    }
  }
  return slots
}

/** The first of the satellites that the mount can be at in time and follow, and where it then is. */
function next(
  sats: readonly Sat[],
  { site, mount, firstMs, passMs, pauseMs }: Wanted,
  at: AzEl,
  before: readonly Slot[],
): { slot: Slot; to: AzEl } | null {
  for (const sat of sats) {
    const slot = slotOf(sat, site, firstMs, firstMs + passMs)
    if (slot === null || before.some((s) => s.sat === sat)) continue
    const path = flown(slot, site, mount)
    if (path !== null && slewSeconds(mount, at, path.from) <= pauseMs / SECOND - SPARE_S)
      return { slot, to: path.to }
  }
  return null
}

/** Minimum elevation of a whole pass, degrees. */
const RISEN = 10

/**
 * A whole pass over the site that begins between `inMs` from now and lasts at least `lengthS`.
 * @throws Error when the sky has none
 */
export function longPass(
  sats: readonly Sat[],
  site: Site,
  inMs: readonly [number, number],
  lengthS: number,
): Slot {
  const now = Date.now()
  const until = now + inMs[1] + 30 * 60 * SECOND
  for (const sat of sats) {
    const soon = directionOf(sat.satrec, site, now + inMs[1] + 60 * SECOND)
    if (soon === null || soon.el < RISEN) continue
    const [omm] = parseElements(sat.text).elements
    if (omm === undefined) continue
    for (const { aos, tca, los, maxEl } of findPasses(satelliteFrom(omm), site, now, until, {
      minElevation: RISEN,
    })) {
      const [rise, set] = [directionOf(sat.satrec, site, aos), directionOf(sat.satrec, site, los)]
      const isWanted = aos >= now + inMs[0] && aos <= now + inMs[1] && los - aos >= lengthS * SECOND
      if (!isWanted || rise === null || set === null) continue
      const times = { aosMs: Math.round(aos), tcaMs: Math.round(tca), losMs: Math.round(los) }
      return { sat, ...times, maxEl, aosAz: rise.az, losAz: set.az }
    }
  }
  throw new Error(`no pass over ${site.lat}, ${site.lon} begins soon`)
}
