/** `talos contacts`, `schedule`, `campaigns`: what is flown when. */
import type { Command } from 'commander'
import { campaignSchema, campaignsResponse } from '../../../shared/api/campaigns.js'
import { okSchema } from '../../../shared/api/common.js'
import {
  type Contact,
  contactDetailSchema,
  contactSchema,
  contactsResponse,
} from '../../../shared/api/contacts.js'
import { satellitesResponse } from '../../../shared/api/elements.js'
import { scheduleResponse } from '../../../shared/api/schedule.js'
import { TalosError } from '../../../shared/errors.js'
import { DAY, iso } from '../../../shared/time.js'
import { numberWithin, wholeNumber } from '../arguments.js'
import { everyPage, query } from '../client.js'
import { type Run, signedIn } from '../context.js'
import { CSV_OPTION, type ExportOptions, exportOf, ICS_OPTION, writeExport } from '../export-file.js'
import { findStation, stationNames } from '../names.js'
import { toldUnfollowed, unfollowed } from '../stale.js'
import { shortTime, table } from '../table.js'

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
    .description('contacts, the earliest first')
    .option('--open', 'only what has not ended')
    .option('--days <days>', 'how far back', numberWithin(0, 3650), 1)
    .option('--station <station>', 'name or id')
    .option(...CSV_OPTION)
    .option(...ICS_OPTION)
    .action((options: { open?: boolean; days: number; station?: string } & ExportOptions) =>
      run(async (context) => {
        const wanted = exportOf(context, options)
        if (wanted?.kind === 'ics' && options.open === true)
          throw new TalosError(
            'config_invalid',
            'A calendar tells what was called off, too: not with --open.',
          )
        const { api, org } = await signedIn(context)
        const station =
          options.station === undefined ? undefined : (await findStation(api, org, options.station)).id
        const from = iso(context.clock.now() - options.days * DAY)
        if (wanted !== null) {
          const file = wanted.kind === 'csv' ? 'contacts.csv' : 'calendar.ics'
          const text = await api.text(`/orgs/${org}/${file}${query({ open: options.open, station, from })}`)
          writeExport(context, text, wanted.file)
          return
        }
        const path = `/orgs/${org}/contacts${query({ open: options.open, station, from, limit: 200 })}`
        const items = await everyPage(api, path, contactsResponse)
        context.out.show(items, (list) =>
          table(
            ['AOS (UTC)', 'LOS', 'STATION', 'SATELLITE', 'STATE', 'RMS DEG', 'CAUSE', 'ID'],
            list.map(contactRow),
            `No contacts since ${shortTime(from)} UTC. Say what to follow: talos campaigns create --name Amateur --satellites 25544`,
          ),
        )
      }),
    )
  contacts
    .command('show')
    .description('one contact: what happened, when and why')
    .argument('<id>', 'from talos contacts')
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
    .description('call a contact off')
    .argument('<id>', 'from talos contacts')
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
    .option(...CSV_OPTION)
    .action((options: Pick<ExportOptions, 'csv'>) =>
      run(async (context) => {
        const wanted = exportOf(context, options)
        const { api, org } = await signedIn(context)
        if (wanted !== null) {
          writeExport(context, await api.text(`/orgs/${org}/schedule.csv`), wanted.file)
          return
        }
        const schedule = await api.get(`/orgs/${org}/schedule`, scheduleResponse)
        const nameOf = await stationNames(api, org)
        const campaigns = await everyPage(api, `/orgs/${org}/campaigns`, campaignsResponse)
        const satellites = await everyPage(api, `/satellites${query({ limit: 2000 })}`, satellitesResponse)
        const left = unfollowed(campaigns, satellites, context.clock.now())
        const refusals = () =>
          table(
            ['AOS (UTC)', 'STATION', 'SATELLITE', 'REFUSED BECAUSE'],
            schedule.refused.map((r) => [shortTime(r.aos), nameOf(r.stationId), r.satelliteId, r.reason]),
            'Nothing was refused.',
          )
        context.out.show(schedule, (s) =>
          [
            ...(s.madeAt === null
              ? ['There is no schedule yet. Is the director running?']
              : [
                  `Made ${shortTime(s.madeAt)} UTC, to ${shortTime(s.to ?? '')}; value ${s.value?.toFixed(0)}${gapOf(s)}.`,
                  refusals(),
                ]),
            ...toldUnfollowed(left),
          ].join('\n'),
        )
      }),
    )
}

/** How far the schedule may be from the best, in words. */
const gapOf = ({ value, bound }: { readonly value: number | null; readonly bound: number | null }): string =>
  value === null || bound === null || bound === 0
    ? ''
    : `, at most ${((100 * (bound - value)) / bound).toFixed(2)} % below the best possible`

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

export function registerCampaigns(program: Command, run: Run) {
  const campaigns = program.command('campaigns').description('which satellites are wanted, and how much')
  campaigns
    .command('list', { isDefault: true })
    .description('campaigns that have not ended')
    .action(() =>
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
    .description('say which satellites to follow')
    .requiredOption('--name <text>', 'for people')
    .requiredOption('--satellites <numbers>', 'catalogue numbers, with commas')
    .option('--priority <1..10>', '10 is the highest', wholeNumber(1, 10), 5)
    .option('--allow-stale', 'use elements that are too old to be trusted')
    .action((options: { name: string; satellites: string; priority: number; allowStale?: boolean }) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const body = {
          name: options.name,
          satellites: list(options.satellites),
          priority: options.priority,
          allowStale: options.allowStale === true,
        }
        const made = await api.send('POST', `/orgs/${org}/campaigns`, body, campaignSchema)
        const satellites = await everyPage(api, `/satellites${query({ limit: 2000 })}`, satellitesResponse)
        const left = unfollowed([made], satellites, context.clock.now())
        context.out.show(made, (c) =>
          [
            `${c.name} is made (${c.id}). The director books its passes within moments.`,
            ...toldUnfollowed(left),
          ].join('\n'),
        )
      }),
    )
  campaigns
    .command('end')
    .description('end a campaign; what it has booked is called off')
    .argument('<campaign>', 'name or id')
    .action((wanted: string) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const all = await everyPage(api, `/orgs/${org}/campaigns`, campaignsResponse)
        const hits = all.filter((c) => c.id === wanted || c.name.toLowerCase() === wanted.toLowerCase())
        const [only] = hits
        if (only === undefined || hits.length > 1)
          throw new TalosError(
            'not_found',
            hits.length > 1
              ? `${hits.length} campaigns are called ${wanted}: give the id, from talos campaigns.`
              : `There is no campaign ${wanted}. There are: ${all.map((c) => c.name).join(', ') || 'none'}.`,
          )
        await api.send('DELETE', `/orgs/${org}/campaigns/${only.id}`, undefined, okSchema)
        context.out.show(only, (c) => `${c.name} has ended.`)
      }),
    )
}
