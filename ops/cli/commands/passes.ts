/** `talos passes`: when satellites are in sight, as the server says or from a file of elements alone. */
import type { Command } from 'commander'
import { type PassRecord, passesResponse } from '../../../shared/api/planning.js'
import { TalosError } from '../../../shared/errors.js'
import { type Omm, type Site, siteSchema } from '../../../shared/messages.js'
import { elementAgeMs } from '../../../shared/orbit/age.js'
import { parseElements } from '../../../shared/orbit/elements.js'
import { findPasses } from '../../../shared/orbit/passes.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import { DAY, HOUR, iso } from '../../../shared/time.js'
import { numberWithin, readText } from '../arguments.js'
import { query } from '../client.js'
import { type CliContext, type Run, signedIn } from '../context.js'
import { findStation, stationNames } from '../names.js'
import { shortTime, table } from '../table.js'

type LocalPass = Omit<PassRecord, 'stationId'>

/** The server computes no longer window at once. */
const MAX_HOURS = 168

const HEAD = ['AOS (UTC)', 'LOS', 'SATELLITE', 'MAX EL', 'AZIMUTH', 'FOR', 'ELEMENTS AGE']
const rowOf = (p: LocalPass): string[] => [
  shortTime(p.aos),
  shortTime(p.los).slice(11),
  p.satelliteName,
  `${p.maxEl.toFixed(1)}`,
  `${p.aosAz.toFixed(0)} > ${p.losAz.toFixed(0)}`,
  `${Math.round(p.durationS)} s`,
  `${p.elementsAgeDays.toFixed(1)} d`,
]

interface PassOptions {
  station?: string
  satellite?: string
  elements?: string
  site?: string
  minEl: number
  hours: number
}

/** Passes from a file of elements over a site, without any server. */
function localPasses(options: PassOptions, now: number): LocalPass[] {
  const [lat, lon, altM = 0] = (options.site ?? '').split(',').map(Number)
  const site = siteSchema.safeParse({ lat, lon, altM })
  if (!site.success)
    throw new TalosError(
      'config_invalid',
      `--site ${options.site} is no place. Give lat,lon[,metres]: --site 52.1,4.3,10`,
    )
  const { elements, refused } = parseElements(readText(options.elements ?? ''))
  for (const r of refused) process.stderr.write(`not used: ${r.name}: ${r.detail}\n`)
  const wanted = elements.filter(
    (e) => options.satellite === undefined || String(e.NORAD_CAT_ID) === options.satellite,
  )
  if (wanted.length === 0)
    throw new TalosError(
      'not_found',
      `${options.elements} has no usable elements${options.satellite === undefined ? '' : ` of ${options.satellite}`}.`,
    )
  return wanted
    .flatMap((omm) => passesOf(omm, site.data, options, now))
    .sort((a, b) => a.aos.localeCompare(b.aos))
}

/** Among many, one that has no position any more is named and left out. @throws TalosError when it was asked for */
function passesOf(omm: Omm, site: Site, options: PassOptions, now: number): LocalPass[] {
  try {
    const until = now + options.hours * HOUR
    const passes = findPasses(satelliteFrom(omm), site, now, until, { minElevation: options.minEl })
    return passes.map((p) => ({
      satelliteId: String(omm.NORAD_CAT_ID),
      satelliteName: omm.OBJECT_NAME,
      aos: iso(p.aos),
      tca: iso(p.tca),
      los: iso(p.los),
      aosAz: p.aosAz,
      losAz: p.losAz,
      maxEl: p.maxEl,
      durationS: p.durationS,
      elementsAgeDays: elementAgeMs(omm, now) / DAY,
    }))
  } catch (error) {
    if (!(error instanceof TalosError) || options.satellite !== undefined) throw error
    process.stderr.write(`not used: ${error.detail}\n`)
    return []
  }
}

async function serverPasses(context: CliContext, options: PassOptions, now: number, none: string) {
  const { api, org } = await signedIn(context)
  const station =
    options.station === undefined ? undefined : (await findStation(api, org, options.station)).id
  const window = { from: iso(now), to: iso(now + options.hours * HOUR) }
  const path = `/orgs/${org}/passes${query({ station, satellite: options.satellite, ...window })}`
  const { items } = await api.get(path, passesResponse)
  const nameOf = await stationNames(api, org)
  const looked = options.satellite === undefined ? 'the satellites of your campaigns' : options.satellite
  context.out.show(items, (list) =>
    table(
      ['STATION', ...HEAD],
      list.map((pass) => [nameOf(pass.stationId), ...rowOf(pass)]),
      `${none} Looked for: ${looked}, over ${options.station ?? 'all approved stations that have a site'}.`,
    ),
  )
}

export function registerPasses(program: Command, run: Run) {
  program
    .command('passes')
    .description('when satellites are in sight; with --elements and --site it needs no server')
    .option('--station <station>', 'name or id')
    .option('--satellite <number>', 'catalogue number; default: the satellites of your campaigns')
    .option('--hours <hours>', 'how far ahead', numberWithin(0.1, MAX_HOURS), 24)
    .option('--elements <file>', 'OMM JSON or TLE file to compute from')
    .option('--site <lat,lon,metres>', 'place to compute for')
    .option('--min-el <degrees>', 'lowest elevation, with --site', numberWithin(0, 89), 10)
    .action((options: PassOptions) =>
      run(async (context) => {
        const now = context.clock.now()
        const none = `No passes in the next ${options.hours} hours.`
        if ((options.elements === undefined) !== (options.site === undefined))
          throw new TalosError('config_invalid', '--elements and --site go together.')
        if (options.elements === undefined) await serverPasses(context, options, now, none)
        else context.out.show(localPasses(options, now), (list) => table(HEAD, list.map(rowOf), none))
      }),
    )
}
