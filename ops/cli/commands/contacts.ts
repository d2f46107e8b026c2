/** `talos contacts`: what is booked, runs and ran; booking by hand. */
import type { Command } from 'commander'
import {
  type Contact,
  contactDetailSchema,
  contactSchema,
  contactsResponse,
} from '../../../shared/api/contacts.js'
import { TalosError } from '../../../shared/errors.js'
import { DAY, iso } from '../../../shared/time.js'
import { numberWithin, utcMoment, wholeNumber } from '../arguments.js'
import { everyPage, query } from '../client.js'
import { type Run, signedIn } from '../context.js'
import { CSV_OPTION, type ExportOptions, exportOf, ICS_OPTION, writeExport } from '../export-file.js'
import { findStation } from '../names.js'
import { shortTime, table } from '../table.js'

const degrees = (value: number | null): string => (value === null ? '-' : value.toFixed(2))
const contactRow = (c: Contact): string[] => [
  shortTime(c.aos),
  shortTime(c.los).slice(11),
  c.stationName,
  c.satelliteName,
  c.fixedBy === null ? c.state : `${c.state}, fixed`,
  degrees(c.rmsErrDeg),
  c.cause,
  c.id,
]

/** What its plan is expected to do. */
function planText({ dryRun, downlinkHz, uplinkHz }: Contact): string[] {
  const tuned = [
    ...(downlinkHz === null ? [] : [`hears ${downlinkHz / 1e6} MHz`]),
    ...(uplinkHz === null ? [] : [`sends ${uplinkHz / 1e6} MHz`]),
  ]
  const run =
    dryRun === null
      ? []
      : [
          `on target for ${dryRun.onTargetS.toFixed(0)} s`,
          `error ${degrees(dryRun.rmsErrDeg)} degrees RMS, table ${dryRun.tableErrDeg.toFixed(4)}`,
        ]
  const all = [...tuned, ...run]
  return all.length === 0 ? [] : [`Plan: ${all.join(', ')}`]
}

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
            ...planText(c),
            ...c.events.map((e) => `  ${shortTime(e.at)}  ${e.to.padEnd(14)} ${e.cause} (${e.actor})`),
          ].join('\n'),
        )
      }),
    )
  contacts
    .command('book')
    .description('book one pass by hand: it stands, whatever else is worth more')
    .requiredOption('--station <station>', 'name or id')
    .requiredOption('--satellite <number>', 'catalogue number')
    .requiredOption('--at <moment>', 'any moment of the pass, such as 2026-11-22T12:00:00Z', utcMoment)
    .option('--priority <1..10>', 'for the record', wholeNumber(1, 10), 10)
    .action((options: { station: string; satellite: string; at: string; priority: number }) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const { satellite: satelliteId, at, priority } = options
        const stationId = (await findStation(api, org, options.station)).id
        const body = { stationId, satelliteId, at, priority }
        const made = await api.send('POST', `/orgs/${org}/contacts`, body, contactSchema)
        context.out.show(
          made,
          (c) =>
            `${c.satelliteName} over ${c.stationName} is booked and fixed: ${shortTime(c.aos)} to ${shortTime(c.los)} UTC (${c.id}).`,
        )
      }),
    )
  for (const [act, description, told] of [
    ['fix', 'let a contact stand, whatever else is worth more', 'stands, whatever else is worth more'],
    ['unfix', 'let the schedule move a contact again', 'may be moved by the schedule again'],
  ] as const)
    contacts
      .command(act)
      .description(description)
      .argument('<id>', 'from talos contacts')
      .action((id: string) =>
        run(async (context) => {
          const { api, org } = await signedIn(context)
          const answer = await api.send('POST', `/orgs/${org}/contacts/${id}/${act}`, {}, contactSchema)
          context.out.show(answer, (c) => `${c.satelliteName} over ${c.stationName} ${told}.`)
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
