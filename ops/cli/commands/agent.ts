/** `talos agent init|enroll|run`: the program beside the antenna. */
import { randomUUID } from 'node:crypto'
import { constants, copyFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import pino from 'pino'
import { TalosError } from '../../../shared/errors.js'
import { endRequested } from '../../signals.js'
import type { Run } from '../context.js'
import { TALOS_VERSION } from '../version.js'

/** This file is compiled to build/ops/cli/commands/. */
const EXAMPLE = fileURLToPath(new URL('../../../../agent/agent.example.jsonc', import.meta.url))
const CONFIG = ['--config <file>', 'configuration of the agent', 'agent.json'] as const

/** Pino takes facts first; the agent says the sentence first. */
function logger(level: string) {
  const log = pino({ name: 'agent', level })
  return {
    info: (message: string, facts: object = {}) => log.info(facts, message),
    warn: (message: string, facts: object = {}) => log.warn(facts, message),
    error: (message: string, facts: object = {}) => log.error(facts, message),
  }
}

async function init(file: string): Promise<void> {
  try {
    await copyFile(EXAMPLE, file, constants.COPYFILE_EXCL)
  } catch (cause) {
    const said =
      (cause as NodeJS.ErrnoException).code === 'EEXIST' ? 'is there already' : (cause as Error).message
    throw new TalosError('config_invalid', `${file}: ${said}. Nothing was changed.`, { cause })
  }
}

export function registerAgent(program: Command, run: Run, exitWith: (code: number) => void) {
  const agent = program.command('agent').description('the program beside the antenna')
  agent
    .command('init')
    .description('write a commented configuration to start from')
    .option(...CONFIG)
    .action((options: { config: string }) =>
      run(async (context) => {
        await init(options.config)
        context.say(
          `${options.config} is written. Change what differs: site, mount, rotator. Then: talos agent enroll '<link>'`,
        )
      }),
    )
  agent
    .command('enroll')
    .description('join this machine as a station')
    .argument('<link>', "the link that an operator gave you, in quotes: '<url>#<token>'")
    .option(...CONFIG)
    .action((link: string, options: { config: string }) =>
      run(async (context) => {
        const { loadConfig } = await import('../../../agent/config.js')
        const { enroll } = await import('../../../agent/enroll.js')
        const credential = await enroll(link, {
          config: await loadConfig(options.config),
          agent: {
            version: TALOS_VERSION,
            hostname: hostname(),
            platform: `${process.platform} ${process.arch}`,
          },
          clock: context.clock,
          log: logger(context.env['TALOS_LOG_LEVEL'] ?? 'warn'),
          newId: randomUUID,
          sleep: (ms) => sleep(ms),
        })
        const { stationId, org, url } = credential
        context.out.show(
          { stationId, org, url },
          () =>
            `This machine is station ${stationId} of ${org} at ${url}.\nStart it: talos agent run --config ${options.config}`,
        )
      }),
    )
  agent
    .command('run')
    .description('drive the rotator: follow commands and plans, also without a network')
    .option(...CONFIG)
    .action((options: { config: string }) =>
      run(async (context) => {
        const ending = endRequested()
        const { loadConfig } = await import('../../../agent/config.js')
        const { credentialPath, loadCredential } = await import('../../../agent/credential.js')
        const { runAgent } = await import('../../../agent/agent.js')
        const config = await loadConfig(options.config)
        const running = await runAgent(config, {
          credential: await loadCredential(credentialPath(config.dataDir)),
          version: TALOS_VERSION,
          clock: context.clock,
          random: Math.random,
          newId: randomUUID,
          log: logger(context.env['TALOS_LOG_LEVEL'] ?? 'info'),
        })
        process.send?.({ ready: true })
        await ending
        await running.stop()
        exitWith(0)
      }),
    )
}
