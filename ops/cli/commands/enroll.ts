/** `talos enroll`: tokens with which stations join; one, a roster of them, what became of them. */
import { type Command, Option } from 'commander'
import {
  type EnrollmentToken,
  enrollmentTokenCreated,
  enrollmentTokenSchema,
  enrollmentTokensResponse,
  MAX_BATCH,
  MAX_TTL_MINUTES,
  TOKEN_STATES,
} from '../../../shared/api/fleet.js'
import type { Capability } from '../../../shared/capabilities.js'
import { TalosError } from '../../../shared/errors.js'
import { capabilityList, wholeNumber } from '../arguments.js'
import { type Api, everyPage, query } from '../client.js'
import { type Run, signedIn } from '../context.js'
import { createdText, qrText, tokenTable } from '../enroll-text.js'
import { findStation, stationNames } from '../names.js'
import { issueRoster } from '../roster.js'

interface EnrollOptions {
  readonly station?: string
  readonly for?: string
  readonly ttl?: number
  readonly uses?: number
  readonly capabilities?: Capability[]
  readonly needsApproval?: boolean
  readonly confirm?: boolean
  readonly qr: boolean
  readonly roster?: string
  readonly dryRun?: boolean
  readonly html?: string
}

const usage = (detail: string) => new TalosError('config_invalid', detail)

/** The part of the body that one token and those of a roster share. */
const termsOf = ({ ttl, capabilities, needsApproval, confirm }: EnrollOptions) => ({
  ...(ttl === undefined ? {} : { ttlMinutes: ttl }),
  ...(capabilities === undefined ? {} : { capabilities }),
  ...(needsApproval === true ? { preApproved: false } : {}),
  ...(confirm === true ? { confirm } : {}),
})

export function registerEnroll(program: Command, run: Run) {
  const enroll = program
    .command('enroll')
    .description('make a token with which a station joins; list and revoke tokens')
    .argument('[name]', 'for which station or whom, such as "Roof, east mast"')
    .option('--station <station>', 'for a station that is there already, by name or id')
    .option('--for <text>', 'who gets it: a name or a mail address')
    .option('--ttl <minutes>', 'how long it may be used', wholeNumber(1, MAX_TTL_MINUTES))
    .option('--capabilities <list>', 'what the station may do: rotator, rig or both', capabilityList)
    .option('--needs-approval', 'the station gets its key only when a person has approved it')
    .option('--uses <number>', 'for several machines, where the server allows it', wholeNumber(1, MAX_BATCH))
    .option('--confirm', 'also when the station was given out before: what was begun with that ends')
    .option('--no-qr', 'print no QR code')
    .option('--roster <file>', 'a CSV file: a station and a token for each line')
    .option('--dry-run', 'with --roster: say what would be made, and make nothing')
    .option('--html <sheet>', 'with --roster: write a sheet to print, with a QR code for each station')
    .action((name: string | undefined, options: EnrollOptions) =>
      run(async (context) => {
        const { roster, dryRun, html, station: wanted, for: recipient, uses } = options
        if (roster !== undefined) {
          if (name !== undefined || wanted !== undefined || recipient !== undefined || uses !== undefined)
            throw usage(
              'A roster names its stations itself: leave out the name, --station, --for and --uses.',
            )
          return await issueRoster(
            context,
            { file: roster, isDryRun: dryRun === true, sheet: html },
            termsOf(options),
          )
        }
        if (dryRun === true || html !== undefined) throw usage('--dry-run and --html go with --roster.')
        if (name === undefined && wanted === undefined)
          throw usage('Say for which station or whom: talos enroll "Roof, east mast"')
        const { api, org } = await signedIn(context)
        const station = wanted === undefined ? undefined : await findStation(api, org, wanted)
        const body = {
          ...{ name: name ?? station?.name, ...termsOf(options) },
          ...(station === undefined ? {} : { stationId: station.id }),
          ...(recipient === undefined ? {} : { recipient }),
          ...(uses === undefined ? {} : { maxUses: uses }),
        }
        const made = await api
          .send('POST', `/orgs/${org}/enrollment-tokens`, body, enrollmentTokenCreated)
          .catch(hintConfirm)
        context.out.show(made, (created) =>
          createdText(created, options.qr ? qrText(created.enrollUrl, process.stdout.isTTY === true) : ''),
        )
      }),
    )
  registerList(enroll, run)
  registerRevoke(enroll, run)
}

function hintConfirm(error: unknown): never {
  if (!(error instanceof TalosError) || error.code !== 'confirmation_required') throw error
  throw new TalosError(error.code, `${error.detail} (--confirm)`)
}

function registerList(enroll: Command, run: Run) {
  enroll
    .command('list')
    .description('tokens: their state, last use, the station that each made, who issued it')
    .addOption(new Option('--state <state>', 'only those').choices(TOKEN_STATES))
    .addOption(
      new Option('--sort <order>', 'order of the list')
        .choices(['name', 'createdAt', 'expiresAt', 'state'])
        .default('createdAt'),
    )
    .option('--search <text>', 'part of a name, or of whom it is for')
    .option('--batch <id>', 'only those of one roster')
    .action((options: { state?: string; sort: string; search?: string; batch?: string }) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const { batch: batchId, ...rest } = options
        const path = `/orgs/${org}/enrollment-tokens${query({ ...rest, batchId, limit: 200 })}`
        const items = await everyPage(api, path, enrollmentTokensResponse)
        const nameOf = await stationNames(api, org)
        context.out.show(items, (list) => tokenTable(list, nameOf, context.clock.now()))
      }),
    )
}

/** The unused tokens of a roster. */
async function unusedOf(api: Api, org: string, batchId: string): Promise<EnrollmentToken[]> {
  const path = `/orgs/${org}/enrollment-tokens${query({ batchId, state: 'active', limit: 200 })}`
  return await everyPage(api, path, enrollmentTokensResponse)
}

/** A token by its id, its public part or, without regard to case, its name; of several of a name the active one. */
async function findToken(api: Api, org: string, wanted: string): Promise<EnrollmentToken> {
  const all = await everyPage(api, `/orgs/${org}/enrollment-tokens?limit=200`, enrollmentTokensResponse)
  const named = all.filter(
    ({ id, keyId, name }) => id === wanted || keyId === wanted || name.toLowerCase() === wanted.toLowerCase(),
  )
  const active = named.filter(({ state }) => state === 'active')
  const [only, another] = active.length > 0 ? active : named
  if (only === undefined)
    throw new TalosError('not_found', `There is no enrollment token ${wanted}. talos enroll list shows them.`)
  if (another === undefined) return only
  const ids = (active.length > 0 ? active : named).map(({ id }) => id).join(', ')
  throw new TalosError('conflict', `Several tokens are named ${wanted}: ${ids}. Give an id.`)
}

function registerRevoke(enroll: Command, run: Run) {
  enroll
    .command('revoke')
    .description('end an unused token, or all unused ones of a roster')
    .argument('[token]', 'id or name; see talos enroll list')
    .option('--batch <id>', 'those of one roster')
    .action((wanted: string | undefined, { batch }: { batch?: string }) =>
      run(async (context) => {
        if ((wanted === undefined) === (batch === undefined))
          throw usage('Give one token, or --batch with the id of a roster. talos enroll list shows both.')
        const { api, org } = await signedIn(context)
        const tokens =
          batch === undefined ? [await findToken(api, org, wanted ?? '')] : await unusedOf(api, org, batch)
        const ended: EnrollmentToken[] = []
        for (const { id } of tokens)
          ended.push(
            await api.send(
              'DELETE',
              `/orgs/${org}/enrollment-tokens/${id}`,
              undefined,
              enrollmentTokenSchema,
            ),
          )
        context.out.show(ended, (list) =>
          list.length === 0
            ? 'No token of that roster is active.'
            : list.map(({ name, state }) => `Token «${name}» is ${state}.`).join('\n'),
        )
      }),
    )
}
