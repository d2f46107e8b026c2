/**
 * Passes over a place, computed here: no server, no account.
 * @module
 */
import type { PlacePass } from '../../core/planning/csv.js'
import { TalosError } from '../../shared/errors.js'
import { type Omm, type Site, siteSchema } from '../../shared/messages.js'
import { ageLevel, ageLimits, elementAgeMs } from '../../shared/orbit/age.js'
import { faultOf } from '../../shared/orbit/judge.js'
import { searchPasses } from '../../shared/orbit/passes.js'
import { satelliteFrom } from '../../shared/orbit/propagate.js'
import type { Stand } from '../../shared/orbit/search/stands.js'
import { DAY, iso } from '../../shared/time.js'

/** `52.1,4.3,10` @throws TalosError `config_invalid` */
export function parseSite(text: string): Site {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const [lat, lon, altM = 0] = numbers
  const site = siteSchema.safeParse({ lat, lon, altM })
  if (site.success && numbers.length <= 3) return site.data
  throw new TalosError(
    'config_invalid',
    `--site ${text} is no place. Give latitude,longitude[,metres] in degrees, north and east positive: --site 52.1,4.3,10`,
  )
}

export interface LocalPasses {
  readonly passes: readonly PlacePass[]
  /** What a person should know of the elements. */
  readonly warnings: readonly string[]
}

/** What to think of a set at a moment; null when it is as good as new. */
function warningOf(omm: Omm, ms: number): string | null {
  const age = elementAgeMs(omm, ms)
  const level = ageLevel(age, ageLimits(omm))
  if (level === 'fresh') return null
  const off = level === 'old' ? 'times may be seconds off' : 'times may be minutes off: nothing to point by'
  return `The elements of ${omm.OBJECT_NAME} (${omm.NORAD_CAT_ID}) are ${(age / DAY).toFixed(1)} days old by then; ${off}.`
}

/**
 * @param window epoch ms
 * @throws TalosError `elements_invalid` when none of the sets describes an orbit then
 */
export function localPasses(
  elements: readonly Omm[],
  stand: Stand,
  [fromMs, toMs]: readonly [number, number],
  nowMs: number,
): LocalPasses {
  const judged = elements.map((omm) => ({ omm, wrong: faultOf(omm, Math.max(nowMs, fromMs), [fromMs]) }))
  const faults = judged.flatMap(({ wrong }) => wrong?.detail ?? [])
  if (faults.length === elements.length) throw new TalosError('elements_invalid', faults[0] ?? '')
  const good = judged.flatMap(({ omm, wrong }) => (wrong === null ? [omm] : []))
  const table = searchPasses(good.map(satelliteFrom), [stand], fromMs, toMs)
  const passes = [...table.passes()].flatMap((pass, i): PlacePass[] => {
    const omm = good[table.satellite(i)]
    if (omm === undefined) return []
    const { aos, tca, los, ...rest } = pass
    return [
      {
        satelliteId: String(omm.NORAD_CAT_ID),
        satelliteName: omm.OBJECT_NAME,
        aos: iso(aos),
        tca: iso(tca),
        los: iso(los),
        ...rest,
        elementsAgeDays: elementAgeMs(omm, fromMs) / DAY,
      },
    ]
  })
  const ended = table.ended.flatMap(({ satellite, ms }) => {
    const omm = good[satellite]
    return omm === undefined ? [] : [`${omm.OBJECT_NAME} comes down before ${iso(ms)}, by its elements.`]
  })
  return {
    passes: passes.sort((a, b) => a.aos.localeCompare(b.aos)),
    warnings: [...faults, ...good.flatMap((omm) => warningOf(omm, fromMs) ?? []), ...ended],
  }
}
