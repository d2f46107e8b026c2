/** `talos elements`: satellites, how old their elements are, and where they come from. */
import { basename } from 'node:path'
import type { Command } from 'commander'
import {
  elementSourceSchema,
  elementSourcesResponse,
  elementsImportResponse,
  satellitesResponse,
} from '../../../shared/api/elements.js'
import { areStale } from '../../../shared/orbit/age.js'
import { parseElements } from '../../../shared/orbit/elements.js'
import { readText } from '../arguments.js'
import { everyPage, query } from '../client.js'
import { type Run, signedIn } from '../context.js'
import { shortTime, table } from '../table.js'

export function registerElements(program: Command, run: Run) {
  const elements = program.command('elements').description('satellites and the age of their elements')
  elements
    .command('list', { isDefault: true })
    .description('satellites by name')
    .option('--search <text>', 'part of a name or number')
    .action((options: { search?: string }) =>
      run(async (context) => {
        const { api } = await signedIn(context)
        const items = await everyPage(
          api,
          `/satellites${query({ search: options.search })}`,
          satellitesResponse,
        )
        context.out.show(items, (all) =>
          table(
            ['NUMBER', 'NAME', 'AGE', 'EPOCH (UTC)', 'SOURCE'],
            all.map((s) => [
              s.id,
              s.name,
              `${s.ageDays.toFixed(1)} d ${s.age === 'fresh' ? '' : s.age}`.trim(),
              shortTime(s.epoch),
              s.source,
            ]),
            'No satellites. Bring elements: talos elements import FILE, or: talos elements source amateur',
          ),
        )
      }),
    )
  elements
    .command('import')
    .description('read OMM (JSON, XML, CSV, KVN) or TLE from a file')
    .argument('<file>')
    .action((file: string) =>
      run(async (context) => {
        const { api } = await signedIn(context)
        const body = { source: `upload:${basename(file)}`.slice(0, 100), text: readText(file) }
        const answer = await api.send('POST', '/elements/import', body, elementsImportResponse)
        const now = context.clock.now()
        const stale = parseElements(body.text).elements.filter((omm) => areStale(omm, now)).length
        context.out.show(answer, (a) =>
          [
            `${a.imported} imported, ${a.unchanged} known already, ${a.refused.length} refused.`,
            ...a.refused.map((r) => `  ${r.where} ${r.name}: ${r.detail}`),
            ...(stale === 0
              ? []
              : [`${stale} are too old to be followed, unless a campaign says --allow-stale.`]),
          ].join('\n'),
        )
      }),
    )
  elements
    .command('sources')
    .description('where elements are fetched from')
    .action(() =>
      run(async (context) => {
        const { api } = await signedIn(context)
        const { items } = await api.get('/elements/sources', elementSourcesResponse)
        context.out.show(items, (all) =>
          table(
            ['SOURCE', 'LAST LOOK (UTC)', 'RESULT'],
            all.map((s) => [
              `celestrak ${s.group}`,
              s.checkedAt === null ? 'never' : shortTime(s.checkedAt),
              s.lastResult ?? '-',
            ]),
            'No sources. Add one: talos elements source amateur',
          ),
        )
      }),
    )
  elements
    .command('source')
    .description('fetch a CelesTrak GP group, at most every two hours')
    .argument('<group>', 'amateur, weather, stations, ...')
    .action((group: string) =>
      run(async (context) => {
        const { api } = await signedIn(context)
        const made = await api.send(
          'POST',
          '/elements/sources',
          { kind: 'celestrak', group },
          elementSourceSchema,
        )
        context.out.show(made, (s) => `CelesTrak's group ${s.group} will be fetched within half a minute.`)
      }),
    )
}
