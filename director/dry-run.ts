/**
 * Why a mount cannot fly a pass, by its plan on a simulated mount.
 * @module
 */
import { TalosError } from '../shared/errors.js'
import type { Mount, Omm, Site } from '../shared/messages.js'
import { satelliteFrom } from '../shared/orbit/propagate.js'
import { buildPlan } from './plan.js'

/** Epoch ms. */
export interface Flight {
  readonly omm: Omm
  readonly site: Site
  readonly mount: Mount
  readonly aosMs: number
  readonly tcaMs: number
  readonly losMs: number
}

const FACTS = {
  ...{ contactId: 'dry-run-', elementsHash: '', prepassS: 0, downlinkHz: null, uplinkHz: null },
  onEnd: 'stop',
} as const

/** Null when the mount can follow it, otherwise why not. */
export function obstacleTo({ omm, site, mount, ...times }: Flight): string | null {
  try {
    buildPlan(
      { ...FACTS, satelliteId: String(omm.NORAD_CAT_ID), ...times },
      satelliteFrom(omm),
      site,
      mount,
      times.aosMs,
    )
    return null
  } catch (error) {
    if (error instanceof TalosError) return error.detail
    throw error
  }
}
