/** `talos passes`: when satellites are in sight, as the server says, or computed here for any place. */
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import type { Place } from '../../../core/planning/calendar.js'
import type { PlacePass } from '../../../core/planning/csv.js'
import { stationsResponse } from '../../../shared/api/fleet.js'
import { passesResponse } from '../../../shared/api/passes.js'
import { TalosError } from '../../../shared/errors.js'
import type { Omm } from '../../../shared/messages.js'
import { parseElements } from '../../../shared/orbit/elements.js'
import type { Stand } from '../../../shared/orbit/search/stands.js'
import { HOUR, iso } from '../../../shared/time.js'
import { numberWithin, readText } from '../arguments.js'
import { everyPage, query } from '../client.js'
import { type CliContext, type Run, signedIn } from '../context.js'
import { cachedElements } from '../element-cache.js'
import { CSV_OPTION, type ExportOptions, exportOf, ICS_OPTION, writeExport } from '../export-file.js'
import { localPasses, parseSite } from '../local-passes.js'
import { parseMask } from '../mask-file.js'
import { findStation } from '../names.js'
import { localZone, passCalendar, passHead, passRow, passTable, utc } from '../pass-lines.js'
import { table } from '../table.js'

/** The server computes no longer window at once. */
const MAX_HOURS = 168
/** Each is a request to CelesTrak. */
const MOST_SATELLITES = 10

interface PassOptions extends ExportOptions {
  station?: string
  satellite?: string[]
  elements?: string
  site?: string
  mask?: string
  minEl: number
  minCulmination?: number
  from?: number
  hours: number
  local?: boolean
}

function satelliteNumbers(text: string): string[] {
  const numbers = text.split(',').map((word) => word.trim())
  if (numbers.every((n) => /^[1-9]\d{0,8}$/.test(n)) && numbers.length <= MOST_SATELLITES) return numbers
  throw new InvalidArgumentError(`Give catalogue numbers, up to ${MOST_SATELLITES}: 25544 or 25544,43013.`)
}

function moment(text: string): number {
  const isWhole = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/.test(text)
  const ms = isWhole ? Date.parse(text) : Number.NaN
  if (Number.isFinite(ms)) return ms
  throw new InvalidArgumentError('Give a time in UTC: 2026-11-22 or 2026-11-22T03:04:05Z.')
}

interface Lines {
  /** Whether each pass is shown with its station. */
  readonly stations: boolean
  /** Where a pass is seen from. */
  readonly placeOf: (i: number) => Place & { readonly id: string }
  readonly none: string
}

/** Prints passes as they were asked for. */
function show(context: CliContext, options: PassOptions, passes: readonly PlacePass[], lines: Lines): void {
  const { stations, placeOf, none } = lines
  const zone = options.local === true ? localZone(context.clock.now()) : utc
  const wanted = exportOf(context, options)
  if (wanted !== null) {
    if (passes.length === 0) process.stderr.write(`${none}\n`)
    const text =
      wanted.kind === 'csv'
        ? passTable(passes, zone, stations ? placeOf : null)
        : passCalendar(passes, placeOf, context.clock.now())
    writeExport(context, text, wanted.file)
    return
  }
  context.out.show(passes, (list) =>
    table(
      [...(stations ? ['STATION'] : []), ...passHead(zone)],
      list.map((pass, i) => [...(stations ? [placeOf(i).name] : []), ...passRow(pass, zone)]),
      none,
    ),
  )
}

/** The sets to compute with: from a file, or one by one from where they are kept or published. */
async function elementsOf(context: CliContext, { elements: file, satellite }: PassOptions, now: number) {
  if (file !== undefined) return { sets: fromFile(file, satellite), said: [file] }
  if (satellite === undefined)
    throw new TalosError(
      'config_invalid',
      'Say whose passes: --satellite 25544, or --elements FILE for all that are in a file.',
    )
  const { TALOS_DATA_DIR: dataDir = './data', TALOS_CELESTRAK_URL: celestrakUrl = 'https://celestrak.org' } =
    context.env
  const sets: Omm[] = []
  const said: string[] = []
  for (const id of satellite) {
    const found = await cachedElements(id, { dataDir, celestrakUrl, nowMs: now })
    sets.push(found.omm)
    said.push(found.said)
  }
  return { sets, said: [...new Set(said)] }
}

function fromFile(file: string, satellite: readonly string[] | undefined): Omm[] {
  const { elements, refused } = parseElements(readText(file))
  const sets = elements.filter((omm) => satellite?.includes(String(omm.NORAD_CAT_ID)) ?? true)
  // Others that are no good do not matter to who has what they asked for.
  if (satellite === undefined || sets.length === 0)
    for (const r of refused) process.stderr.write(`not used: ${r.name}: ${r.detail}\n`)
  if (sets.length === 0)
    throw new TalosError(
      'not_found',
      `${file} has no usable elements${satellite === undefined ? '' : ` of ${satellite.join(', ')}`}.`,
    )
  const missing = satellite?.filter((id) => sets.every((omm) => String(omm.NORAD_CAT_ID) !== id)) ?? []
  if (missing.length > 0) process.stderr.write(`${file} has no elements of ${missing.join(', ')}.\n`)
  return sets
}

async function passesHere(context: CliContext, options: PassOptions, site: string): Promise<void> {
  const now = context.clock.now()
  const stand: Stand = {
    site: parseSite(site),
    minElevation: options.minEl,
    ...(options.mask === undefined ? {} : { mask: parseMask(readText(options.mask), options.mask) }),
    ...(options.minCulmination === undefined ? {} : { minCulmination: options.minCulmination }),
  }
  const from = options.from ?? now
  const { sets, said } = await elementsOf(context, options, now)
  const { passes, warnings } = localPasses(sets, stand, [from, from + options.hours * HOUR], now)
  for (const warning of warnings) process.stderr.write(`${warning}\n`)
  if (exportOf(context, options)?.file !== true) context.say(`Elements from ${said.join(' and ')}.`)
  const [one] = sets.length === 1 ? sets : []
  show(context, options, passes, {
    stations: false,
    placeOf: () => ({ id: site, name: site, lat: stand.site.lat, lon: stand.site.lon }),
    none: `No pass of ${one?.OBJECT_NAME ?? `${sets.length} satellites`} over ${site} in ${options.hours} hours from ${iso(from)}, above ${options.minEl} degrees.`,
  })
}

async function passesOfServer(context: CliContext, options: PassOptions): Promise<void> {
  if (options.satellite !== undefined && options.satellite.length > 1)
    throw new TalosError(
      'config_invalid',
      'Ask the server for one --satellite, or for none: all that are wanted.',
    )
  const { api, org } = await signedIn(context)
  const station =
    options.station === undefined ? undefined : (await findStation(api, org, options.station)).id
  const from = options.from ?? context.clock.now()
  const window = { from: iso(from), to: iso(from + options.hours * HOUR) }
  const [satellite] = options.satellite ?? []
  const { items } = await api.get(
    `/orgs/${org}/passes${query({ station, satellite, ...window })}`,
    passesResponse,
  )
  const stations = new Map(
    (await everyPage(api, `/orgs/${org}/stations`, stationsResponse)).map((s) => [s.id, s]),
  )
  show(context, options, items, {
    stations: true,
    placeOf: (i) => {
      const id = items[i]?.stationId ?? ''
      const { name = id, site = null } = stations.get(id) ?? {}
      return { id, name, lat: site?.lat ?? null, lon: site?.lon ?? null }
    },
    none: `No passes in ${options.hours} hours from ${window.from}. Looked for: ${satellite ?? 'the satellites of your campaigns'}, over ${options.station ?? 'all approved stations that have a site'}.`,
  })
}

/** What only a computation here knows, and what only a server does. */
const HERE = ['elements', 'mask', 'minCulmination'] as const

export function registerPasses(program: Command, run: Run) {
  program
    .command('passes')
    .description(
      'when satellites are in sight of your stations or, with --site and without any server, of a place',
    )
    .option('--satellite <numbers>', 'catalogue number, or several by commas', satelliteNumbers)
    .option('--station <station>', 'name or id of one station')
    .option('--site <lat,lon[,metres]>', 'place to compute for: needs no server')
    .option('--elements <file>', 'with --site: OMM (JSON, XML, CSV) or TLE; default: kept ones, or CelesTrak')
    .option('--mask <file>', 'with --site: skyline, a line for each azimuth and elevation')
    .option('--min-el <degrees>', 'with --site: lowest elevation', numberWithin(-90, 89.9), 10)
    .option(
      '--min-culmination <degrees>',
      'with --site: passes that come at least so high',
      numberWithin(-90, 90),
    )
    .option('--from <time>', 'begin, UTC; default: now', moment)
    .option('--hours <hours>', 'how far ahead', numberWithin(0.1, MAX_HOURS), 24)
    .option('--local', 'times of this machine, not UTC')
    .option(...CSV_OPTION)
    .option(...ICS_OPTION)
    .addHelpText('after', '\nWithout a server: talos passes --satellite 25544 --site 52.1,4.3,10 --hours 24')
    .action((options: PassOptions) =>
      run(async (context) => {
        exportOf(context, options)
        if (options.site !== undefined && options.station !== undefined)
          throw new TalosError(
            'config_invalid',
            '--site computes here, --station asks the server: choose one.',
          )
        if (options.site !== undefined) return await passesHere(context, options, options.site)
        const lonely = HERE.find((option) => options[option] !== undefined)
        if (lonely !== undefined)
          throw new TalosError(
            'config_invalid',
            `--${lonely === 'minCulmination' ? 'min-culmination' : lonely} needs a place: --site 52.1,4.3,10`,
          )
        await passesOfServer(context, options)
      }),
    )
}
