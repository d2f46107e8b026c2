/** `talos passes`, `contacts`, `schedule`, `campaigns`: what is flown when. */
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import {
  type Contact,
  campaignSchema,
  campaignsResponse,
  contactDetailSchema,
  contactSchema,
  contactsResponse,
  type PassRecord,
  passesResponse,
  scheduleResponse,
} from '../../../shared/api/planning.js'
import { TalosError } from '../../../shared/errors.js'
import { siteSchema } from '../../../shared/messages.js'
import { elementAgeMs, parseElements } from '../../../shared/orbit/elements.js'
import { findPasses } from '../../../shared/orbit/passes.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import { DAY, HOUR, iso } from '../../../shared/time.js'
import { everyPage, query } from '../client.js'
import { type CliContext, signedIn } from '../context.js'
import { shortTime, table } from '../output.js'
import { findStation } from './stations.js'

type Run = (task: (context: CliContext) => Promise<void>) => Promise<void>

const passRow = (p: Omit<PassRecord, 'stationId' | 'satelliteId'>): string[] => [
  shortTime(p.aos),
  shortTime(p.los).slice(11),
  p.satelliteName,
  `${p.maxEl.toFixed(1)}`,
  `${p.aosAz.toFixed(0)} > ${p.losAz.toFixed(0)}`,
  `${Math.round(p.durationS)} s`,
  `${p.elementsAgeDays.toFixed(1)} d`,
]
const PASS_HEAD = ['AOS (UTC)', 'LOS', 'SATELLITE', 'MAX EL', 'AZIMUTH', 'FOR', 'ELEMENTS AGE']

interface PassOptions {
  station?: string
  satellite?: string
  elements?: string
  site?: string
  minEl: string
  hours: string
}

/** Passes from a file of elements over a site, without any server. */
function localPasses(options: PassOptions, now: number) {
  const [lat, lon, altM = 0] = (options.site ?? '').split(',').map(Number)
  const site = siteSchema.safeParse({ lat, lon, altM })
  if (!site.success)
    throw new TalosError(
      'config_invalid',
      `--site ${options.site} is no place. Give lat,lon[,metres]: --site 52.1,4.3,10`,
    )
  const { elements, refused } = parseElements(readFileSync(options.elements ?? '', 'utf8'))
  for (const r of refused) process.stderr.write(`not used: ${r.name}: ${r.detail}\n`)
  const wanted = elements.filter(
    (e) => options.satellite === undefined || String(e.NORAD_CAT_ID) === options.satellite,
  )
  if (wanted.length === 0)
    throw new TalosError(
      'not_found',
      `${options.elements} has no usable elements of ${options.satellite ?? 'anything'}.`,
    )
  return wanted
    .flatMap((omm) =>
      findPasses(satelliteFrom(omm), site.data, now, now + hoursOf(options), {
        minElevation: Number(options.minEl),
      }).map((p) => ({
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
      })),
    )
    .sort((a, b) => a.aos.localeCompare(b.aos))
}

function hoursOf(options: PassOptions): number {
  const hours = Number(options.hours)
  if (!(hours > 0 && hours <= 168))
    throw new TalosError('config_invalid', `--hours ${options.hours}: give 1 to 168.`)
  return hours * HOUR
}

export function registerPasses(program: Command, run: Run) {
  program
    .command('passes')
    .description('when satellites are in sight; with --elements and --site it needs no server')
    .option('--station <station>', 'name or id')
    .option('--satellite <number>', 'catalogue number')
    .option('--hours <hours>', 'how far ahead', '24')
    .option('--elements <file>', 'OMM JSON or TLE file to compute from')
    .option('--site <lat,lon,metres>', 'place to compute for')
    .option('--min-el <degrees>', 'lowest elevation, with --site', '10')
    .action((options: PassOptions) =>
      run(async (context) => {
        const now = context.clock.now()
        const none = `No passes in the next ${options.hours} hours.`
        if ((options.elements === undefined) !== (options.site === undefined))
          throw new TalosError('config_invalid', '--elements and --site go together.')
        if (options.elements !== undefined) {
          context.out.show(localPasses(options, now), (list) => table(PASS_HEAD, list.map(passRow), none))
          return
        }
        const { api, org } = await signedIn(context)
        const station =
          options.station === undefined ? undefined : (await findStation(api, org, options.station)).id
        const window = { from: iso(now), to: iso(now + hoursOf(options)) }
        const path = `/orgs/${org}/passes${query({ station, satellite: options.satellite, ...window })}`
        context.out.show((await api.get(path, passesResponse)).items, (list) =>
          table(PASS_HEAD, list.map(passRow), none),
        )
      }),
    )
}

const degrees = (value: number | null): string => (value === null ? '-' : value.toFixed(2))
const contactRow = (c: Contact): string[] => [
  shortTime(c.aos),
  shortTime(c.los).slice(11),
  c.stationName,
  c.satelliteName,
  c.state,
  degrees(c.rmsErrDeg),
  c.cause,
  c.id,
]

export function registerContacts(program: Command, run: Run) {
  const contacts = program.command('contacts').description('what is booked, runs and ran')
  contacts
    .command('list', { isDefault: true })
    .option('--open', 'only what has not ended')
    .option('--station <station>', 'name or id')
    .action((options: { open?: boolean; station?: string }) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const station =
          options.station === undefined ? undefined : (await findStation(api, org, options.station)).id
        const path = `/orgs/${org}/contacts${query({ open: options.open, station, limit: 200 })}`
        const { items } = await api.get(path, contactsResponse)
        context.out.show(items, (list) =>
          table(
            ['AOS (UTC)', 'LOS', 'STATION', 'SATELLITE', 'STATE', 'RMS DEG', 'CAUSE', 'ID'],
            list.map(contactRow),
            'No contacts. Say what to follow: talos campaigns create --name Amateur --satellites 25544',
          ),
        )
      }),
    )
  contacts
    .command('show')
    .argument('<id>')
    .action((id: string) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const contact = await api.get(`/orgs/${org}/contacts/${id}`, contactDetailSchema)
        context.out.show(contact, (c) =>
          [
            `${c.satelliteName} over ${c.stationName}: ${c.state} (${c.cause})`,
            `AOS ${shortTime(c.aos)}  TCA ${shortTime(c.tca)}  LOS ${shortTime(c.los)} UTC, up to ${c.maxEl.toFixed(1)} degrees`,
            ...c.events.map((e) => `  ${shortTime(e.at)}  ${e.to.padEnd(14)} ${e.cause} (${e.actor})`),
          ].join('\n'),
        )
      }),
    )
  contacts
    .command('cancel')
    .argument('<id>')
    .requiredOption('--reason <text>', 'for the record')
    .action((id: string, options: { reason: string }) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const answer = await api.send(
          'POST',
          `/orgs/${org}/contacts/${id}/cancel`,
          { reason: options.reason },
          contactSchema,
        )
        context.out.show(answer, (c) => `${c.satelliteName} over ${c.stationName} is ${c.state}.`)
      }),
    )
}

export function registerSchedule(program: Command, run: Run) {
  program
    .command('schedule')
    .description('the last schedule: its value, and what was refused and why')
    .action(() =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const schedule = await api.get(`/orgs/${org}/schedule`, scheduleResponse)
        context.out.show(schedule, (s) =>
          s.madeAt === null
            ? 'There is no schedule yet. Is the director running?'
            : [
                `Made ${shortTime(s.madeAt)} UTC, to ${shortTime(s.to ?? '')}; value ${s.value?.toFixed(0)} (priority x seconds).`,
                table(
                  ['AOS (UTC)', 'STATION', 'SATELLITE', 'REFUSED BECAUSE'],
                  s.refused.map((r) => [shortTime(r.aos), r.stationId, r.satelliteId, r.reason]),
                  'Nothing was refused.',
                ),
              ].join('\n'),
        )
      }),
    )
}

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

export function registerCampaigns(program: Command, run: Run) {
  const campaigns = program.command('campaigns').description('which satellites are wanted, and how much')
  campaigns.command('list', { isDefault: true }).action(() =>
    run(async (context) => {
      const { api, org } = await signedIn(context)
      const items = await everyPage(api, `/orgs/${org}/campaigns`, campaignsResponse)
      context.out.show(items, (all) =>
        table(
          ['NAME', 'PRIORITY', 'SATELLITES', 'STATIONS', 'ON', 'ID'],
          all.map((c) => [
            c.name,
            c.priority,
            c.satellites.length,
            c.stations.length || 'all',
            c.enabled ? 'yes' : 'no',
            c.id,
          ]),
          'No campaigns. Make one: talos campaigns create --name Amateur --satellites 25544',
        ),
      )
    }),
  )
  campaigns
    .command('create')
    .requiredOption('--name <text>')
    .requiredOption('--satellites <numbers>', 'catalogue numbers, with commas')
    .option('--priority <1..10>', '10 is the highest', '5')
    .option('--allow-stale', 'use elements that are too old to be trusted')
    .action((options: { name: string; satellites: string; priority: string; allowStale?: boolean }) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const body = {
          name: options.name,
          satellites: list(options.satellites),
          priority: Number(options.priority),
          allowStale: options.allowStale === true,
        }
        const made = await api.send('POST', `/orgs/${org}/campaigns`, body, campaignSchema)
        context.out.show(
          made,
          (c) => `${c.name} is made (${c.id}). The director books its passes within moments.`,
        )
      }),
    )
}
