/**
 * An agent with a simulated rotator inside the test: it joins by a link and stays on the bus, as the program does.
 * @module
 */
import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { type RunningAgent, runAgent } from '../../agent/agent.js'
import { agentConfigSchema } from '../../agent/config.js'
import { begin, finish } from '../../agent/enroll.js'
import type { Mount } from '../../shared/messages.js'
import { systemClock } from '../../shared/time.js'
import { temporaryDirectory } from '../support/directory.js'
import { MOUNT } from './joined.js'

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** Resolves once it runs; where a person has to approve, that is when they have. Stopped with the test. */
export async function startAgent(
  t: Test,
  link: string,
  mount: Mount = MOUNT,
): Promise<RunningAgent & { readonly dataDir: string }> {
  const config = agentConfigSchema.parse({
    dataDir: temporaryDirectory(t),
    driver: { kind: 'simulated', azRate: 6, elRate: 6 },
    mount,
    reconnect: { maxMs: 200, refusedMs: 1000 },
  })
  const common = { clock: systemClock, log: SILENT, newId: randomUUID }
  const deps = {
    ...{ ...common, config, agent: { version: '0.1.0', hostname: 'mast-pi', platform: 'linux arm64' } },
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  }
  const credential = (await begin(link, deps)) ?? (await finish(deps))
  const running = await runAgent(config, {
    ...common,
    ...{ credential, version: '0.1.0', random: Math.random },
  })
  t.teardown(() => running.stop())
  return Object.assign(running, { dataDir: config.dataDir })
}
