/** `talos elements`: satellites, how old their elements are, and where they come from. */
import { basename } from 'node:path'
import type { Command } from 'commander'
import type { z } from 'zod'
import {
  elementHistoryResponse,
  elementsImportResponse,
  satellitesResponse,
} from '../../../shared/api/elements.js'
import { areStale } from '../../../shared/orbit/age.js'
import type { ParsedElements } from '../../../shared/orbit/element-sets.js'
import { parseElements } from '../../../shared/orbit/elements.js'
import { readText } from '../arguments.js'
import { everyPage, query } from '../client.js'
import { type Run, signedIn } from '../context.js'
import { shortTime, table } from '../table.js'
import { registerSources } from './sources.js'

type Imported = z.infer<typeof elementsImportResponse>

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
            'No satellites. Bring elements: talos elements import FILE, or: talos elements sources add amateur',
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
        const text = readText(file)
        const parsed = parseElements(text)
        const answer: Imported = { imported: 0, unchanged: 0, refused: [] }
        for (const part of partsOf(text, parsed)) {
          const body = { source: `upload:${basename(file)}`.slice(0, 100), text: part }
          const { imported, unchanged, refused } = await api.send(
            'POST',
            '/elements/import',
            body,
            elementsImportResponse,
          )
          answer.imported += imported
          answer.unchanged += unchanged
          answer.refused.push(...refused)
        }
        const now = context.clock.now()
        const stale = parsed.elements.filter((omm) => areStale(omm, now)).length
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
    .command('history')
    .description('the sets that are kept of a satellite, and how far each moved it')
    .argument('<number>', 'catalogue number')
    .action((id: string) =>
      run(async (context) => {
        const { api } = await signedIn(context)
        const { items } = await api.get(
          `/satellites/${encodeURIComponent(id)}/elements`,
          elementHistoryResponse,
        )
        context.out.show(items, (all) =>
          table(
            ['EPOCH (UTC)', 'RECEIVED (UTC)', 'MOVED BY', 'EARLIER BY', 'OVER', 'SOURCE', ''],
            all.map(({ epoch, receivedAt, source, current, drift }) => [
              shortTime(epoch),
              shortTime(receivedAt),
              drift === null ? '-' : `${drift.km.toFixed(2)} km`,
              drift === null ? '-' : `${drift.earlyS.toFixed(2)} s`,
              drift === null ? '-' : `${drift.days.toFixed(2)} d`,
              source,
              current ? 'in use' : '',
            ]),
            'No elements.',
          ),
        )
      }),
    )
  registerSources(elements, run)
}

/** As core takes them in one request, with room for what JSON adds. */
const PART_CHARS = 3_500_000
const PART_SETS = 2000

/** What is too long for one request goes as OMM, some sets at a time, without what could not be read. */
function partsOf(text: string, { elements }: ParsedElements): string[] {
  if (text.length <= PART_CHARS) return [text]
  const parts: string[] = []
  for (let i = 0; i < elements.length; i += PART_SETS)
    parts.push(JSON.stringify(elements.slice(i, i + PART_SETS)))
  return parts
}
