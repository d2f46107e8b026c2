/** `talos elements sources`: where elements and transmitters are fetched from. */
import type { Command } from 'commander'
import { okSchema } from '../../../shared/api/common.js'
import {
  type ElementSource,
  elementSourceRequest,
  elementSourceSchema,
  elementSourcesResponse,
  SHORTEST_HOURS,
} from '../../../shared/api/sources.js'
import { TalosError } from '../../../shared/errors.js'
import { wholeNumber } from '../arguments.js'
import type { Api } from '../client.js'
import { type Run, signedIn } from '../context.js'
import { shortTime, table } from '../table.js'

const PATH = '/elements/sources'
const NAMES =
  'a CelesTrak group (amateur), satnogs:tle, satnogs:transmitters, satnogs:satellites, or an address'

/** As they are named on the command line. */
const nameOf = ({ kind, target }: Pick<ElementSource, 'kind' | 'target'>) =>
  kind === 'url' ? target : `${kind}:${target}`

/** @throws TalosError `config_invalid` */
function requestFrom(name: string, everyHours: number | undefined) {
  const [kind, target] = /^(celestrak|satnogs):(.*)$/.exec(name)?.slice(1) ?? [
    name.includes('://') ? 'url' : 'celestrak',
    name,
  ]
  const every = everyHours === undefined ? {} : { everyHours }
  const parsed = elementSourceRequest.safeParse({ kind, target, ...every })
  if (parsed.success) return parsed.data
  throw new TalosError('config_invalid', `${name} is no source: give ${NAMES}.`)
}

/** @throws TalosError `not_found` that names those there are */
async function found(api: Api, name: string): Promise<ElementSource> {
  const { items } = await api.get(PATH, elementSourcesResponse)
  const { kind, target } = requestFrom(name, undefined)
  const source = items.find((s) => s.kind === kind && s.target === target)
  if (source !== undefined) return source
  const there = items.length === 0 ? 'there are none' : `there are ${items.map(nameOf).join(', ')}`
  throw new TalosError('not_found', `There is no source ${name}: ${there}.`)
}

/** When it is asked next, for people. */
function nextText({ look }: ElementSource, nowMs: number): string {
  if (look === null) return 'within half a minute'
  return Date.parse(look.nextAt) <= nowMs
    ? 'within half a minute'
    : `not before ${shortTime(look.nextAt)} UTC`
}

export function registerSources(elements: Command, run: Run) {
  const sources = elements.command('sources').description('where elements and transmitters are fetched from')
  sources
    .command('list', { isDefault: true })
    .description('with what the last look brought, and when the next is')
    .action(() =>
      run(async (context) => {
        const { api } = await signedIn(context)
        const { items } = await api.get(PATH, elementSourcesResponse)
        context.out.show(items, (all) =>
          table(
            ['SOURCE', 'EVERY', 'LAST LOOK (UTC)', 'NEXT (UTC)', 'RESULT'],
            all.map((s) => [
              nameOf(s),
              `${s.everyHours} h`,
              s.look?.askedAt == null ? 'never' : shortTime(s.look.askedAt),
              s.look === null ? 'now' : shortTime(s.look.nextAt),
              s.look?.outcome === 'refused' ? `REFUSED: ${s.look.result}` : (s.look?.result ?? '-'),
            ]),
            'No sources. Add one: talos elements sources add amateur',
          ),
        )
      }),
    )
  sources
    .command('add')
    .description(`fetch from a source, at most every ${SHORTEST_HOURS} hours`)
    .argument('<source>', NAMES)
    .option('--every <hours>', 'between two looks', wholeNumber(SHORTEST_HOURS, 168))
    .action((name: string, options: { every?: number }) =>
      run(async (context) => {
        const { api } = await signedIn(context)
        const made = await api.send('POST', PATH, requestFrom(name, options.every), elementSourceSchema)
        context.out.show(
          made,
          (s) => `${nameOf(s)} is looked at within half a minute, then every ${s.everyHours} hours.`,
        )
      }),
    )
  sources
    .command('remove')
    .description('end the fetching; what came from it stays')
    .argument('<source>', 'as the list names it')
    .action((name: string) =>
      run(async (context) => {
        const { api } = await signedIn(context)
        const source = await found(api, name)
        await api.send('DELETE', `${PATH}/${source.id}`, undefined, okSchema)
        context.out.show(source, (s) => `${nameOf(s)} is fetched no more; what came from it stays.`)
      }),
    )
  sources
    .command('check')
    .description('look as soon as the source may be asked')
    .argument('<source>', 'as the list names it')
    .action((name: string) =>
      run(async (context) => {
        const { api } = await signedIn(context)
        const source = await found(api, name)
        const checked = await api.send('POST', `${PATH}/${source.id}/check`, {}, elementSourceSchema)
        context.out.show(
          checked,
          (s) =>
            `${nameOf(s)} is looked at ${nextText(s, context.clock.now())}.${s.look?.result == null ? '' : ` The last look: ${s.look.result}.`}`,
        )
      }),
    )
}
