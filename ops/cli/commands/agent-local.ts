/**
 * `talos agent stop|hold|release|park|move|lease|logs`: the running agent, asked through its own socket. For the person
 * beside the antenna: no network, no login.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Command, InvalidArgumentError } from 'commander'
import type { LogLine } from '../../../agent/local/words.js'
import { TalosError } from '../../../shared/errors.js'
import { HOUR, MINUTE, SECOND } from '../../../shared/time.js'
import { endRequested } from '../../signals.js'
import { numberWithin, wholeNumber } from '../arguments.js'
import type { CliContext, Run } from '../context.js'
import { type ConfigOptions, configOption } from './agent-config.js'

/** More than the ring on the disk can hold. */
const MOST_KEPT = 100_000

const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR }

/** `90m`, `2h`: seconds. */
function leaseTime(text: string): number {
  const [, count, unit = ''] = /^([0-9]{1,4})(m|h)$/.exec(text) ?? []
  const seconds = (Number(count) * (UNITS[unit] ?? 0)) / SECOND
  if (seconds >= 60 && seconds <= 7 * 24 * 3600) return seconds
  throw new InvalidArgumentError('Give a time such as 90m or 2h, a week at most, or off.')
}

const at = ({ az, el }: { az: number; el: number }) => `az ${az.toFixed(2)}, el ${el.toFixed(2)}`

/** Loads only what it needs: a stop must not wait for a program to be read. */
async function agentOf({ config }: ConfigOptions) {
  const { loadConfig } = await import('../../../agent/config.js')
  const { askAgent } = await import('../../../agent/local/ask.js')
  const words = await import('../../../agent/local/words.js')
  const { dataDir } = await loadConfig(config)
  return { dataDir, askAgent, words }
}

type Word = 'stop' | 'park' | 'hold' | 'release'

/** One word to the agent, and one line about what became of it. */
async function tell(options: ConfigOptions, { out }: CliContext, op: Word, said: string): Promise<void> {
  const { dataDir, askAgent } = await agentOf(options)
  const { z } = await import('zod')
  const answer = await askAgent(dataDir, { op }, z.record(z.string(), z.unknown()))
  out.show({ op, ...answer }, () => said)
}

/** Moves by hand: the authority is renewed as long as this runs, and ends with it. */
async function move(az: number, el: number, options: ConfigOptions, context: CliContext): Promise<void> {
  const { dataDir, askAgent, words } = await agentOf(options)
  const { z } = await import('zod')
  const ending = endRequested()
  const { id, lifetimeMs } = await askAgent(dataDir, { op: 'move', az, el }, words.moveSchema)
  const asked = new AbortController()
  void ending.then(() => asked.abort())
  context.say(`Moving to ${at({ az, el })}. Ctrl-C stops.`)
  for (;;) {
    try {
      await sleep(Math.min(lifetimeMs / 3, SECOND), undefined, { signal: asked.signal })
    } catch {
      await askAgent(dataDir, { op: 'stop' }, z.unknown())
      throw new TalosError('stopped_by_person', 'Stopped.')
    }
    const { how, measured } = await askAgent(dataDir, { op: 'renew', id }, words.renewSchema)
    if (how === 'moving') {
      if (measured !== null) context.say(`  ${at(measured)}`)
    } else if (how === 'arrived') {
      const where = measured ?? { az, el }
      context.out.show({ op: 'move', ...where }, () => `There: ${at(where)}`)
      return
    } else
      throw new TalosError(
        'stopped_by_person',
        'The motion was ended by somebody else. See: talos agent status',
      )
  }
}

async function wound(az: number, options: ConfigOptions, { out }: CliContext): Promise<void> {
  const { dataDir, askAgent } = await agentOf(options)
  const { z } = await import('zod')
  await askAgent(dataDir, { op: 'wound', az }, z.unknown())
  out.show({ op: 'wound', az }, () => `The mount is at az ${az}: noted. See: talos agent status`)
}

async function lease(time: number | 'off', options: ConfigOptions, { out }: CliContext): Promise<void> {
  const { dataDir, askAgent, words } = await agentOf(options)
  const forS = time === 'off' ? 0 : time
  const { until } = await askAgent(dataDir, { op: 'lease', forS }, words.leaseSchema)
  out.show({ until }, () =>
    until === null
      ? 'The door is shut: other programs may read, and move nothing.'
      : `Programs at the door may move the antenna until ${until}. A plan, a stop or a hold ends that before.`,
  )
}

const lineText = ({ ts, level, message, facts }: LogLine): string =>
  `${ts} ${level.padEnd(5)} ${message}${Object.keys(facts).length === 0 ? '' : ` ${JSON.stringify(facts)}`}`

/** The lines of earlier runs, from the disk, before those of the running agent, which has its own in memory. */
async function logs(lines: number, options: ConfigOptions, { out }: CliContext): Promise<void> {
  const { dataDir, askAgent, words } = await agentOf(options)
  const { readOfflineLog } = await import('../../../agent/offline-log.js')
  const { boot, recent } = await running()
  const kept = recent.length >= lines ? [] : await readOfflineLog(dataDir, MOST_KEPT)
  const earlier = kept
    .filter(({ bootId }) => bootId !== boot)
    .map(({ ts, level, message, facts }) => ({ ts, level, message, facts }))
  const last: LogLine[] = [...earlier, ...recent].slice(-lines)
  const head = boot === null ? ['No agent runs. What the last ones wrote:'] : []
  out.show(last, (shown) =>
    shown.length === 0
      ? 'No agent has written anything here yet.'
      : [...head, ...shown.map(lineText)].join('\n'),
  )

  async function running(): Promise<{ boot: string | null; recent: readonly LogLine[] }> {
    try {
      const { bootId } = await askAgent(dataDir, { op: 'status' }, words.statusSchema)
      return { boot: bootId, recent: await askAgent(dataDir, { op: 'logs', lines }, words.logsSchema) }
    } catch (cause) {
      if (cause instanceof TalosError && cause.code === 'unavailable') return { boot: null, recent: [] }
      throw cause
    }
  }
}

export function registerAgentLocal(agent: Command, run: Run): void {
  const WORDS = [
    ['stop', 'stop all motion now; ends what runs, a plan too', 'Stopped.'],
    [
      'hold',
      'stop, and let nothing move until `release`, over restarts too',
      'Held. Nothing moves until: talos agent release',
    ],
    ['release', 'end a hold, after a look at the antenna', 'Released. Plans and people may move it again.'],
    ['park', 'go to the park position', 'On the way to the park position. See: talos agent status'],
  ] as const
  for (const [op, description, said] of WORDS)
    agent
      .command(op)
      .description(description)
      .addOption(configOption())
      .action((options: ConfigOptions) => run((context) => tell(options, context, op, said)))
  agent
    .command('move')
    .description('move by hand, for as long as this runs')
    .argument('<az>', 'azimuth, degrees of the mount', numberWithin(-720, 1080))
    .argument('<el>', 'elevation, degrees', numberWithin(-90, 180))
    .addOption(configOption())
    .action((az: number, el: number, options: ConfigOptions) =>
      run((context) => move(az, el, options, context)),
    )
  agent
    .command('wound')
    .description('say how the cable is wound, where the controller forgets whole turns')
    .argument(
      '<az>',
      'where the mount is: azimuth, degrees, counted from the neutral point of the cable',
      numberWithin(-720, 1080),
    )
    .addOption(configOption())
    .action((az: number, options: ConfigOptions) => run((context) => wound(az, options, context)))
  agent
    .command('lease')
    .description('let other programs (Gpredict, satnogs-client) move the antenna through the door')
    .argument('<time>', 'for how long, such as 90m or 2h; off ends it', (text: string) =>
      text === 'off' ? 'off' : leaseTime(text),
    )
    .addOption(configOption())
    .action((time: number | 'off', options: ConfigOptions) => run((context) => lease(time, options, context)))
  agent
    .command('logs')
    .description('what the agent said last, running or not')
    .option('--lines <count>', 'how many', wholeNumber(1, 500), 50)
    .addOption(configOption())
    .action((options: ConfigOptions & { lines: number }) =>
      run((context) => logs(options.lines, options, context)),
    )
}
