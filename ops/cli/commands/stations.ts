/** `talos stations`, `talos commands`: the fleet. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Command, Option } from 'commander'
import {
  commandSchemaOut,
  commandsResponse,
  STATION_STATUSES,
  type Station,
  stationSchema,
  stationsResponse,
} from '../../../shared/api/fleet.js'
import { TalosError } from '../../../shared/errors.js'
import { MANUAL_LIFETIME_MS } from '../../../shared/messages.js'
import { type CommandRequest, commandRequestSchema } from '../../../shared/signed.js'
import { takenStop } from '../../../shared/stop-taken.js'
import { SECOND } from '../../../shared/time.js'
import { everyPage, query } from '../client.js'
import { type Run, signedIn } from '../context.js'
import { badgeText } from '../enroll-text.js'
import { findStation, personNames, stationNames } from '../names.js'
import { shortTime, table } from '../table.js'
import { registerActs } from './station-acts.js'
import { registerSettings } from './station-settings.js'

const live = (s: Station): string => (s.live?.link === 'online' ? s.live.state : 'offline')
const place = (s: Station): string =>
  s.site === null ? 'no site' : `${s.site.lat.toFixed(3)}, ${s.site.lon.toFixed(3)}`

export function registerStations(program: Command, run: Run) {
  const stations = program
    .command('stations')
    .description('list stations; show, make, approve, reject, set, lock, unlock, revoke one; replace its key')
  stations
    .command('list', { isDefault: true })
    .description('what there is, and how it is')
    .option('--search <text>', 'part of a name')
    .addOption(new Option('--status <status>', 'only those').choices(STATION_STATUSES))
    .action((options: { search?: string; status?: string }) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const items = await everyPage(
          api,
          `/orgs/${org}/stations${query({ ...options, limit: 200 })}`,
          stationsResponse,
        )
        context.out.show(items, (list) =>
          table(
            ['NAME', 'STATUS', 'LIVE', 'ENROLLMENT', 'SITE', 'DRIVER', 'ID'],
            list.map((s) => [
              ...[
                s.name,
                s.locked === null ? s.status : 'locked',
                live(s),
                badgeText(s, context.clock.now()),
              ],
              ...[place(s), s.driver ?? '-', s.id],
            ]),
            'No stations. Make a token for the first one: talos enroll Roof',
          ),
        )
      }),
    )
  registerSettings(stations, run)
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
  registerActs(stations, run)
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
