/** `talos stations`, `talos commands`, `talos enroll`: the fleet. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import {
  commandSchemaOut,
  commandsResponse,
  enrollmentTokenCreated,
  type Station,
  stationSchema,
  stationsResponse,
} from '../../../shared/api/fleet.js'
import { TalosError } from '../../../shared/errors.js'
import { MANUAL_LIFETIME_MS } from '../../../shared/messages.js'
import { type CommandRequest, commandRequestSchema } from '../../../shared/signed.js'
import { takenStop } from '../../../shared/stop-taken.js'
import { SECOND } from '../../../shared/time.js'
import { wholeNumber } from '../arguments.js'
import { type Api, everyPage, query } from '../client.js'
import { type Run, signedIn } from '../context.js'
import { personNames, stationNames } from '../names.js'
import { shortTime, table } from '../table.js'

const live = (s: Station): string => (s.live?.link === 'online' ? s.live.state : 'offline')
const place = (s: Station): string =>
  s.site === null ? 'no site' : `${s.site.lat.toFixed(3)}, ${s.site.lon.toFixed(3)}`

/** A station by its id or, without regard to case, its name. */
export async function findStation(api: Api, org: string, wanted: string): Promise<Station> {
  const all = await everyPage(api, `/orgs/${org}/stations`, stationsResponse)
  const hits = all.filter((s) => s.id === wanted || s.name.toLowerCase() === wanted.toLowerCase())
  const [only] = hits
  if (only !== undefined && hits.length === 1) return only
  const names = all.map((s) => s.name).join(', ')
  throw new TalosError(
    'not_found',
    `There is no station ${wanted}. ${names === '' ? 'There are none yet: talos enroll --name Roof' : `There are: ${names}`}`,
  )
}

export function registerStations(program: Command, run: Run) {
  const stations = program.command('stations').description('list stations; approve, reject, revoke one')
  stations
    .command('list', { isDefault: true })
    .description('what there is, and how it is')
    .option('--search <text>', 'part of a name')
    .action((options: { search?: string }) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const items = await everyPage(
          api,
          `/orgs/${org}/stations${query({ search: options.search })}`,
          stationsResponse,
        )
        context.out.show(items, (list) =>
          table(
            ['NAME', 'STATUS', 'LIVE', 'SITE', 'DRIVER', 'ID'],
            list.map((s) => [s.name, s.status, live(s), place(s), s.driver ?? '-', s.id]),
            'No stations. Make a token for the first one: talos enroll --name Roof',
          ),
        )
      }),
    )
  for (const act of ['approve', 'reject'] as const)
    stations
      .command(act)
      .description(act === 'approve' ? 'let a station in that waits' : 'turn a waiting station away for ever')
      .argument('<station>', 'name or id')
      .action((wanted: string) =>
        run(async (context) => {
          const { api, org } = await signedIn(context)
          const station = await findStation(api, org, wanted)
          const answer = await api.send(
            'POST',
            `/orgs/${org}/stations/${station.id}/${act}`,
            {},
            stationSchema,
          )
          context.out.show(answer, (s) => `${s.name} is ${s.status}.`)
        }),
      )
  stations
    .command('revoke')
    .description('end a station for ever: its key, its connection, its passes')
    .argument('<station>', 'name or id')
    .requiredOption('--confirm <name>', 'the name of the station, to be sure')
    .action((wanted: string, options: { confirm: string }) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const station = await findStation(api, org, wanted)
        const body = { name: options.confirm }
        const answer = await api.send(
          'POST',
          `/orgs/${org}/stations/${station.id}/revoke`,
          body,
          stationSchema,
        )
        context.out.show(answer, (s) => `${s.name} is ${s.status}. It never comes back; enroll it anew.`)
      }),
    )
}

export function registerEnroll(program: Command, run: Run) {
  program
    .command('enroll')
    .description('make a single-use token with which one station joins')
    .requiredOption('--name <text>', 'for which station or whom')
    .option('--needs-approval', 'the station gets its key only when a person has approved it')
    .option('--ttl <minutes>', 'how long the token may be redeemed', wholeNumber(1, 10_080), 15)
    .action((options: { name: string; needsApproval?: boolean; ttl: number }) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const body = {
          name: options.name,
          preApproved: options.needsApproval !== true,
          ttlMinutes: options.ttl,
        }
        const made = await api.send('POST', `/orgs/${org}/enrollment-tokens`, body, enrollmentTokenCreated)
        context.out.show(
          made,
          ({ item, command, installCommand, agentSha256 }) =>
            `Run this on the machine beside the antenna, before ${shortTime(item.expiresAt)} UTC. It works once.\n\n  ${command}\n${
              installCommand === null
                ? ''
                : `\nWhere Talos is not installed, this installs the agent (SHA-256 ${agentSha256}) and joins:\n\n  ${installCommand}\n`
            }`,
        )
      }),
    )
}

const SYNOPSIS = 'stop | park | move AZ EL | limits AZMIN AZMAX ELMIN ELMAX | release'
/** A newcomer would take a mount that has stopped on its way for a broken one. */
const MOVE_ENDS = `. It ends after ${MANUAL_LIFETIME_MS / SECOND} s, wherever the antenna is then; send it again to go on.`
const OPERANDS: Readonly<Record<string, readonly string[]>> = {
  stop: [],
  park: [],
  move: ['az', 'el'],
  limits: ['azMin', 'azMax', 'elMin', 'elMax'],
  release: [],
}

function requestOf(op: string, args: string[]): CommandRequest {
  const wanted = OPERANDS[op]
  if (wanted === undefined || wanted.length !== args.length)
    throw new TalosError(
      'config_invalid',
      `${[op, ...args].join(' ')} is no command. There are: ${SYNOPSIS}. Angles are degrees.`,
    )
  const misfit = args.find((text) => text.trim() === '' || !Number.isFinite(Number(text)))
  if (misfit !== undefined)
    throw new TalosError('config_invalid', `${[op, ...args].join(' ')}: ${misfit} is no angle in degrees.`)
  const named = Object.fromEntries(wanted.map((name, at) => [name, Number(args[at])]))
  const parsed = commandRequestSchema.safeParse({ op, args: named })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new TalosError(
    'config_invalid',
    `${[op, ...args].join(' ')}: ${String(issue?.path.at(-1))} is wrong: ${issue?.message}.`,
  )
}

export function registerCommands(program: Command, run: Run) {
  const commands = program.command('commands').description('move an antenna, or see what was sent')
  commands
    .command('send')
    .description(SYNOPSIS)
    .argument('<station>', 'name or id')
    .argument('<op>', 'what to do')
    .argument('[args...]', 'degrees')
    .action((wanted: string, op: string, args: string[]) =>
      run(async (context) => {
        const request = requestOf(op, args)
        const { api, org } = await signedIn(context)
        const station = await findStation(api, org, wanted)
        const answer = await api.send(
          'POST',
          `/orgs/${org}/stations/${station.id}/commands`,
          request,
          commandSchemaOut,
        )
        const result =
          op === 'stop' && answer.result === 'accepted'
            ? await takenStop(answer, {
                recent: async () => {
                  const path = `/orgs/${org}/commands${query({ station: station.id, limit: 50 })}`
                  return (await api.get(path, commandsResponse)).items
                },
                sleep,
              })
            : answer
        context.out.show(
          result,
          (c) => `${station.name}: ${c.op} ${c.result}${c.op === 'move' ? MOVE_ENDS : ''}`,
        )
      }),
    )
  commands
    .command('list', { isDefault: true })
    .description('what was sent, and what became of it')
    .option('--station <station>', 'name or id')
    .action((options: { station?: string }) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const station =
          options.station === undefined ? undefined : (await findStation(api, org, options.station)).id
        const { items } = await api.get(`/orgs/${org}/commands${query({ station })}`, commandsResponse)
        const [stationOf, personOf] = await Promise.all([stationNames(api, org), personNames(api)])
        context.out.show(items, (list) =>
          table(
            ['WHEN (UTC)', 'STATION', 'COMMAND', 'RESULT', 'BY'],
            list.map((c) => [
              shortTime(c.issuedAt),
              stationOf(c.stationId),
              `${c.op} ${argsOf(c.args)}`,
              c.code ?? c.result,
              personOf(c.actor),
            ]),
            'No commands were sent. Stop an antenna: talos commands send NAME stop',
          ),
        )
      }),
    )
}

const argsOf = (args: Record<string, unknown>): string =>
  Object.entries(args)
    .map(([k, v]) => `${k}=${String(v)}`)
    .join(' ')
