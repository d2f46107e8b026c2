/** `talos agent init|enroll|run|status|...`: the program beside the antenna. */
import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Command, Option } from 'commander'
import pino from 'pino'
import type { AgentConfig } from '../../../agent/config.js'
import type { EnrollDeps } from '../../../agent/enrollment-api.js'
import { TalosError } from '../../../shared/errors.js'
import { fingerprintGroups } from '../../../shared/fingerprint.js'
import { endRequested } from '../../signals.js'
import { wholeNumber } from '../arguments.js'
import type { CliContext, Run } from '../context.js'
import { TALOS_VERSION } from '../version.js'
import { registerAgentCalibrate } from './agent-calibrate.js'
import { configOption, type ConfigOptions as Options } from './agent-config.js'
import { registerAgentDoctor } from './agent-doctor.js'
import { registerAgentLocal } from './agent-local.js'
import { showStatus } from './agent-status.js'

/** This file is compiled to build/ops/cli/commands/. */
const EXAMPLE = fileURLToPath(new URL('../../../../agent/agent.example.jsonc', import.meta.url))

interface InitOptions extends Options {
  readonly dataDir?: string
  readonly rotctld?: string
  readonly simulated?: true
}

/** Pino takes facts first; the agent says the sentence first. */
function logger(level: string) {
  const log = pino({ name: 'agent', level })
  return {
    info: (message: string, facts: object = {}) => log.info(facts, message),
    warn: (message: string, facts: object = {}) => log.warn(facts, message),
    error: (message: string, facts: object = {}) => log.error(facts, message),
  }
}

async function init({ config: file, dataDir, rotctld, simulated }: InitOptions): Promise<void> {
  const { rotctldAt, SIMULATED, starterConfig } = await import('../../../agent/starter-config.js')
  const driver = rotctld === undefined ? {} : { driver: rotctldAt(rotctld) }
  const config = starterConfig(await readFile(EXAMPLE, 'utf8'), {
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(simulated === true ? { driver: SIMULATED } : driver),
  })
  try {
    await writeFile(file, config, { flag: 'wx' })
  } catch (cause) {
    const said =
      (cause as NodeJS.ErrnoException).code === 'EEXIST' ? 'is there already' : (cause as Error).message
    throw new TalosError('config_invalid', `${file}: ${said}. Nothing was changed.`, { cause })
  }
}

const enrollDeps = (config: AgentConfig, { clock, env }: CliContext, level: string): EnrollDeps => ({
  config,
  agent: { version: TALOS_VERSION, hostname: hostname(), platform: `${process.platform} ${process.arch}` },
  clock,
  log: logger(env['TALOS_LOG_LEVEL'] ?? level),
  newId: randomUUID,
  sleep: (ms) => sleep(ms),
})

async function enroll(given: string, options: Options & { wait: boolean }, context: CliContext) {
  const { loadConfig } = await import('../../../agent/config.js')
  const { begin, finish, isEnrolled, machineFingerprint } = await import('../../../agent/enroll.js')
  const config = await loadConfig(options.config)
  const wasEnrolled = await isEnrolled(config)
  // G3: from a pipe it stands in no list of processes.
  const link = given === '-' ? await text(process.stdin) : given
  const deps = enrollDeps(config, context, 'warn')
  let credential = await begin(link, deps)
  // E16: what the operator sees beside the station, for the two to compare.
  const fingerprint = await machineFingerprint(deps)
  const shown = fingerprint === null ? '' : `Fingerprint: ${fingerprintGroups(fingerprint).join(' ')}\n`
  if (credential === null) {
    if (options.wait)
      context.say(`${shown}A person has to approve this station. Waiting for that; Ctrl-C loses nothing.`)
    else {
      context.out.show(
        { status: 'pending', fingerprint },
        () =>
          `${shown}A person has to approve this station. The agent waits for that: talos agent run --config ${options.config}`,
      )
      return
    }
    credential = await finish(deps)
  }
  const { stationId, org, url } = credential
  const how = wasEnrolled ? 'has joined with this link before, and stays' : 'is'
  context.out.show(
    { status: 'approved', stationId, org, url, fingerprint },
    () =>
      `${shown}This machine ${how} station ${stationId} of ${org} at ${url}.\nStart it: talos agent run --config ${options.config}`,
  )
}

async function runUntilAsked(options: Options, context: CliContext): Promise<void> {
  const ending = endRequested()
  const { loadConfig } = await import('../../../agent/config.js')
  const { finish } = await import('../../../agent/enroll.js')
  const { runAgent } = await import('../../../agent/agent.js')
  const config = await loadConfig(options.config)
  const deps = enrollDeps(config, context, 'info')
  const asked = new AbortController()
  void ending.then(() => asked.abort())
  // Whoever was not approved yet waits here, also after a restart.
  const credential = await finish({
    ...deps,
    sleep: (ms) => sleep(ms, undefined, { signal: asked.signal }),
  }).catch((cause: unknown) => {
    if (asked.signal.aborted) return null
    throw cause
  })
  if (credential === null) return
  const running = await runAgent(config, {
    credential,
    version: TALOS_VERSION,
    clock: context.clock,
    random: Math.random,
    newId: randomUUID,
    log: deps.log,
    isProgram: true,
  })
  process.send?.({ ready: true })
  await ending
  await running.stop()
}

export function registerAgent(program: Command, run: Run, exitWith: (code: number) => void) {
  const agent = program.command('agent').description('the program beside the antenna')
  agent
    .command('init')
    .description('write a commented configuration to start from')
    .addOption(configOption())
    .option('--data-dir <folder>', 'where the agent keeps its credential and plans')
    .option('--rotctld <host:port>', 'where rotctld listens')
    .addOption(
      new Option('--simulated', 'a rotator that does not exist, to try things out').conflicts('rotctld'),
    )
    .action((options: InitOptions) =>
      run(async (context) => {
        await init(options)
        context.say(
          `${options.config} is written. Change what differs: site, mount, rotator. Then: talos agent enroll '<link>'`,
        )
      }),
    )
  agent
    .command('enroll')
    .description('join this machine as a station')
    .argument(
      '<link>',
      "the link that an operator gave you, in quotes: '<url>#<token>'; - reads it from a pipe",
    )
    .addOption(configOption())
    .option('--no-wait', 'leave the waiting for approval to `talos agent run`')
    .action((link: string, options: Options & { wait: boolean }) =>
      run((context) => enroll(link, options, context)),
    )
  agent
    .command('run')
    .description('drive the rotator: follow commands and plans, also without a network')
    .addOption(configOption())
    .action((options: Options) =>
      run(async (context) => {
        await runUntilAsked(options, context)
        exitWith(0)
      }),
    )
  agent
    .command('status')
    .description('whether the agent runs and is connected, and how the antenna does')
    .addOption(configOption())
    .option('--wait <seconds>', 'until it is connected, or waits for approval', wholeNumber(1, 600))
    .action((options: Options & { wait?: number }) =>
      run(async (context) => {
        const { loadConfig } = await import('../../../agent/config.js')
        const config = await loadConfig(options.config)
        exitWith(await showStatus(config.dataDir, options.wait ?? 0, context))
      }),
    )
  registerAgentLocal(agent, run)
  registerAgentCalibrate(agent, run)
  registerAgentDoctor(agent, run, exitWith)
}
