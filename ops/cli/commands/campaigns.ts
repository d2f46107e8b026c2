/** `talos campaigns`: which satellites are wanted, from where, how much, and how often. */
import { type Command, InvalidArgumentError } from 'commander'
import { type Campaign, campaignSchema, campaignsResponse } from '../../../shared/api/campaigns.js'
import { okSchema } from '../../../shared/api/common.js'
import { satellitesResponse } from '../../../shared/api/elements.js'
import { TalosError } from '../../../shared/errors.js'
import { numberWithin, wholeNumber, wordList } from '../arguments.js'
import { type Api, everyPage, query } from '../client.js'
import { type Run, signedIn } from '../context.js'
import { findStation } from '../names.js'
import { type RadioOptions, radioBody, withRadio } from '../radio.js'
import { toldUnfollowed, unfollowed } from '../stale.js'
import { table } from '../table.js'

interface Rules extends RadioOptions {
  readonly name?: string
  readonly satellites?: string[]
  readonly priority?: number
  readonly stations?: string[]
  readonly minDuration?: number
  readonly minElevation?: number
  readonly minPerDay?: number
  readonly maxPerDay?: number | null
  readonly quotaPer?: 'campaign' | 'satellite'
  readonly minGap?: number
  readonly simultaneous?: number | null
  readonly partial?: boolean
  readonly allowStale?: boolean
  readonly enabled?: boolean
}

/** Commander makes an empty text of null, so that no limit is infinite until it is sent. */
const ANY = Number.POSITIVE_INFINITY
/** A whole number, or «any» for none. */
const orAny = (most: number) => (text: string) => (text === 'any' ? ANY : wholeNumber(1, most)(text))

function quotaPer(text: string): 'campaign' | 'satellite' {
  if (text === 'campaign' || text === 'satellite') return text
  throw new InvalidArgumentError('Give campaign or satellite.')
}

const withRules = (command: Command): Command =>
  withRadio(command)
    .option('--priority <1..10>', '10 is the highest', wholeNumber(1, 10))
    .option('--stations <stations>', 'only these, names or ids with commas; all: every station', wordList)
    .option('--min-duration <seconds>', 'shortest contact worth booking', wholeNumber(10, 86_400))
    .option('--min-elevation <degrees>', 'lowest culmination worth booking', numberWithin(0, 90))
    .option('--min-per-day <contacts>', 'so many are wanted in a UTC day', wholeNumber(0, 1000))
    .option('--max-per-day <contacts>', 'and no more than so many; any: no limit', orAny(1000))
    .option('--quota-per <what>', 'they count for the campaign, or for each satellite of it', quotaPer)
    .option('--min-gap <seconds>', 'between two contacts of a satellite', wholeNumber(0, 86_400))
    .option('--simultaneous <stations>', 'at once on a satellite; any: no limit', orAny(1000))
    .option('--partial', 'book a part of a pass where the whole does not fit')
    .option('--no-partial', 'only whole passes')

/** As core takes it: what was not said is not sent. */
async function bodyOf(api: Api, org: string, options: Rules) {
  const { minDuration: minDurationS, minElevation: minMaxElevation, minGap: minGapS, ...same } = options
  const { downlink, uplink, polarisation, prepass, postpass, ...others } = same
  const { stations: names, ...rest } = others
  const radio = radioBody({ downlink, uplink, polarisation, prepass, postpass })
  const wanted = names?.length === 1 && names[0] === 'all' ? [] : names
  const stations =
    wanted === undefined
      ? undefined
      : await Promise.all(wanted.map(async (name) => (await findStation(api, org, name)).id))
  const body = { ...rest, ...radio, minDurationS, minMaxElevation, minGapS, stations }
  const said = Object.entries(body).filter(([, value]) => value !== undefined)
  return Object.fromEntries(said.map(([key, value]) => [key, value === ANY ? null : value]))
}

/** @throws TalosError `not_found` when none or several are meant */
async function findCampaign(api: Api, org: string, wanted: string): Promise<Campaign> {
  const all = await everyPage(api, `/orgs/${org}/campaigns`, campaignsResponse)
  const hits = all.filter((c) => c.id === wanted || c.name.toLowerCase() === wanted.toLowerCase())
  const [only] = hits
  if (only !== undefined && hits.length === 1) return only
  throw new TalosError(
    'not_found',
    hits.length > 1
      ? `${hits.length} campaigns are called ${wanted}: give the id, from talos campaigns.`
      : `There is no campaign ${wanted}. There are: ${all.map((c) => c.name).join(', ') || 'none'}.`,
  )
}

const quotaOf = ({ minPerDay, maxPerDay, quotaPer: per }: Campaign): string =>
  minPerDay === 0 && maxPerDay === null
    ? '-'
    : `${minPerDay}..${maxPerDay ?? ''}${per === 'satellite' ? ' each' : ''}`

/** What else keeps its contacts apart, or lets them be parts of passes. */
const rulesOf = ({ minGapS, simultaneous, partial }: Campaign): string =>
  [
    // A gap leaves one station at a time, whatever else is said.
    ...(minGapS > 0 ? [`gap ${minGapS} s`] : simultaneous === null ? [] : [`${simultaneous} at once`]),
    ...(partial ? ['parts'] : []),
  ].join(', ') || '-'

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
            ['NAME', 'PRIORITY', 'SATELLITES', 'STATIONS', 'A DAY', 'RULES', 'ON', 'ID'],
            all.map((c) => [
              c.name,
              c.priority,
              c.satellites.length,
              c.stations.length || 'all',
              quotaOf(c),
              rulesOf(c),
              c.enabled ? 'yes' : 'no',
              c.id,
            ]),
            'No campaigns. Make one: talos campaigns create --name Amateur --satellites 25544',
          ),
        )
      }),
    )
  withRules(
    campaigns
      .command('create')
      .description('say which satellites to follow')
      .requiredOption('--name <text>', 'for people')
      .requiredOption('--satellites <numbers>', 'catalogue numbers, with commas', wordList)
      .option('--allow-stale', 'use elements that are too old to be trusted'),
  ).action((options: Rules) =>
    run(async (context) => {
      const { api, org } = await signedIn(context)
      const body = { priority: 5, ...(await bodyOf(api, org, options)) }
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
  withRules(
    campaigns
      .command('update')
      .description('change a campaign; what is not said stays')
      .argument('<campaign>', 'name or id')
      .option('--name <text>', 'for people')
      .option('--satellites <numbers>', 'catalogue numbers, with commas', wordList)
      .option('--allow-stale', 'use elements that are too old to be trusted')
      .option('--no-allow-stale', 'refuse elements that are too old to be trusted')
      .option('--enabled', 'book its passes')
      .option('--no-enabled', 'book none for now'),
  ).action((wanted: string, options: Rules) =>
    run(async (context) => {
      const { api, org } = await signedIn(context)
      const { id } = await findCampaign(api, org, wanted)
      const body = await bodyOf(api, org, options)
      const changed = await api.send('PATCH', `/orgs/${org}/campaigns/${id}`, body, campaignSchema)
      context.out.show(changed, (c) => `${c.name} is changed. The schedule follows within moments.`)
    }),
  )
  campaigns
    .command('end')
    .description('end a campaign; what it has booked is called off')
    .argument('<campaign>', 'name or id')
    .action((wanted: string) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const only = await findCampaign(api, org, wanted)
        await api.send('DELETE', `/orgs/${org}/campaigns/${only.id}`, undefined, okSchema)
        context.out.show(only, (c) => `${c.name} has ended.`)
      }),
    )
}
