/** `talos schedule`: what the director chose, what it refused and why, and what is forbidden. */
import type { Command } from 'commander'
import { campaignsResponse } from '../../../shared/api/campaigns.js'
import { okSchema } from '../../../shared/api/common.js'
import { contactDetailSchema } from '../../../shared/api/contacts.js'
import { satellitesResponse } from '../../../shared/api/elements.js'
import {
  forbiddenResponse,
  forbiddenSchema,
  type Refusal,
  scheduleResponse,
  type Unmet,
} from '../../../shared/api/schedule.js'
import { utcMoment } from '../arguments.js'
import { everyPage, query } from '../client.js'
import { type Run, signedIn } from '../context.js'
import { CSV_OPTION, type ExportOptions, exportOf, writeExport } from '../export-file.js'
import { findStation, stationNames } from '../names.js'
import { toldUnfollowed, unfollowed } from '../stale.js'
import { shortTime, table } from '../table.js'

type NameOf = (id: string) => string

interface Explain {
  readonly satellite?: string
  readonly station?: string
  readonly contact?: string
}

interface Forbid {
  readonly station: string
  readonly satellite: string
  readonly from: string
  readonly to: string
  readonly reason: string
}

export function registerSchedule(program: Command, run: Run) {
  const schedule = program
    .command('schedule')
    .description('the last schedule: its value, and what was refused and why')
  registerShow(schedule, run)
  schedule
    .command('explain')
    .description('why opportunities were refused, and by which contacts; or what a contact beat')
    .option('--satellite <number>', 'only this one')
    .option('--station <station>', 'only this one; name or id')
    .option('--contact <id>', 'what stands back for this contact')
    .action((options: Explain) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const { satellite, contact: id } = options
        const station =
          options.station === undefined ? undefined : (await findStation(api, org, options.station)).id
        const path = `/orgs/${org}/schedule${query({ satellite, station, contact: id, limit: 200 })}`
        const answer = await api.get(path, scheduleResponse)
        const contact =
          id === undefined ? null : await api.get(`/orgs/${org}/contacts/${id}`, contactDetailSchema)
        const nameOf = await stationNames(api, org)
        const campaigns =
          answer.unmet.length === 0 ? [] : await everyPage(api, `/orgs/${org}/campaigns`, campaignsResponse)
        context.out.show({ contact, refused: answer.refused, unmet: answer.unmet }, ({ refused, unmet }) =>
          [
            ...(contact === null
              ? []
              : [
                  `${contact.satelliteName} over ${contact.stationName}, ${shortTime(contact.aos)} UTC, ${contact.state}: ${worthOf(contact)}.`,
                ]),
            ...(refused.length === 0 ? ['Nothing was refused for it.'] : refused.map((r) => told(r, nameOf))),
            ...(answer.nextCursor === null ? [] : ['There are more: name a satellite or a station.']),
            ...(contact === null ? unmet.map((u) => toldUnmet(u, campaigns)) : []),
          ].join('\n'),
        )
      }),
    )
  registerForbidden(schedule, run)
}

function registerShow(schedule: Command, run: Run) {
  schedule
    .command('show', { isDefault: true })
    .description('its value and bound, and the most valuable refusals')
    .option(...CSV_OPTION)
    .action((options: Pick<ExportOptions, 'csv'>) =>
      run(async (context) => {
        const wanted = exportOf(context, options)
        const { api, org } = await signedIn(context)
        if (wanted !== null) {
          writeExport(context, await api.text(`/orgs/${org}/schedule.csv`), wanted.file)
          return
        }
        const answer = await api.get(`/orgs/${org}/schedule`, scheduleResponse)
        const nameOf = await stationNames(api, org)
        const campaigns = await everyPage(api, `/orgs/${org}/campaigns`, campaignsResponse)
        const satellites = await everyPage(api, `/satellites${query({ limit: 2000 })}`, satellitesResponse)
        const left = unfollowed(campaigns, satellites, context.clock.now())
        const refusals = () =>
          table(
            ['AOS (UTC)', 'STATION', 'SATELLITE', 'REFUSED BECAUSE'],
            answer.refused.map((r) => [
              shortTime(r.aos),
              nameOf(r.stationId),
              satellites.find((s) => s.id === r.satelliteId)?.name ?? r.satelliteId,
              r.reason,
            ]),
            'Nothing was refused.',
          )
        context.out.show(answer, (s) =>
          [
            ...(s.madeAt === null
              ? ['There is no schedule yet. Is the director running?']
              : [
                  `Made ${shortTime(s.madeAt)} UTC, to ${shortTime(s.to ?? '')}; value ${s.value?.toFixed(0)}${gapOf(s)}.`,
                  ...(s.wholeAt === null || s.wholeAt === s.madeAt
                    ? []
                    : [
                        `Since ${shortTime(s.wholeAt)} UTC only what lies around changes was chosen anew; the bound holds for all of it.`,
                      ]),
                  ...s.unmet.map((u) => toldUnmet(u, campaigns)),
                  refusals(),
                ]),
            ...toldUnfollowed(left),
          ].join('\n'),
        )
      }),
    )
}

function registerForbidden(schedule: Command, run: Run) {
  schedule
    .command('forbid')
    .description('a satellite is not followed from a station for a time')
    .requiredOption('--station <station>', 'name or id')
    .requiredOption('--satellite <number>', 'catalogue number')
    .requiredOption('--from <moment>', 'such as 2026-11-22T12:00:00Z', utcMoment)
    .requiredOption('--to <moment>', 'such as 2026-11-22T13:00:00Z', utcMoment)
    .requiredOption('--reason <text>', 'for the record')
    .action(({ station, satellite: satelliteId, ...rest }: Forbid) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const body = { stationId: (await findStation(api, org, station)).id, satelliteId, ...rest }
        const made = await api.send('POST', `/orgs/${org}/schedule/forbidden`, body, forbiddenSchema)
        context.out.show(
          made,
          (f) => `Forbidden (${f.id}). What is booked then is called off within moments.`,
        )
      }),
    )
  schedule
    .command('forbidden')
    .description('what is forbidden and not over')
    .action(() =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const items = await everyPage(api, `/orgs/${org}/schedule/forbidden`, forbiddenResponse)
        const nameOf = await stationNames(api, org)
        context.out.show(items, (all) =>
          table(
            ['FROM (UTC)', 'TO', 'STATION', 'SATELLITE', 'REASON', 'ID'],
            all.map((f) => [
              shortTime(f.from),
              shortTime(f.to),
              nameOf(f.stationId),
              f.satelliteId,
              f.reason,
              f.id,
            ]),
            'Nothing is forbidden.',
          ),
        )
      }),
    )
  schedule
    .command('allow')
    .description('allow again what was forbidden')
    .argument('<id>', 'from talos schedule forbidden')
    .action((id: string) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        await api.send('DELETE', `/orgs/${org}/schedule/forbidden/${id}`, undefined, okSchema)
        context.out.show({ id }, () => 'Allowed again.')
      }),
    )
}

const worthOf = ({ worth, fixedBy }: { readonly worth: number | null; readonly fixedBy: string | null }) =>
  `${worth === null ? 'booked by hand' : `worth ${worth.toFixed(0)}`}${fixedBy === null ? '' : ', fixed'}`

function told(r: Refusal, nameOf: NameOf): string {
  const rule = `${r.rule}${r.limit === null ? '' : ` ${r.limit}`}`
  return [
    `${shortTime(r.aos)}  ${r.satelliteId} over ${nameOf(r.stationId)}, worth ${r.worth.toFixed(0)}: ${rule}: ${r.reason}`,
    ...r.beatenBy.map(
      (b) =>
        `    ${shortTime(b.aos)}  ${b.satelliteId} over ${nameOf(b.stationId)}, priority ${b.priority}${b.worth === null ? '' : `, worth ${b.worth.toFixed(0)}`}${b.contactId === null ? '' : `  ${b.contactId}`}`,
    ),
  ].join('\n')
}

const toldUnmet = (
  { campaignId, satelliteId, day, wanted, booked, reason }: Unmet,
  campaigns: readonly { id: string; name: string }[],
): string =>
  `Not reached: campaign ${campaigns.find((c) => c.id === campaignId)?.name ?? campaignId}${satelliteId === null ? '' : `, satellite ${satelliteId}`} wants ${wanted} contacts on ${day} and has ${booked}: ${reason}.`

/** How far the schedule may be from the best, in words. */
const gapOf = ({ value, bound }: { readonly value: number | null; readonly bound: number | null }): string =>
  value === null || bound === null || bound <= 0
    ? ''
    : `, at most ${((100 * (bound - value)) / bound).toFixed(2)} % below the best possible`
