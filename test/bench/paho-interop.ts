/**
 * `npm run bench -- paho-interop`: Eclipse Paho's interoperability tests for MQTT 3.1.1 against our broker behind an edge
 * that maps their topics, and against bare Aedes. TALOS_PAHO_SUITE is the folder `interoperability` of
 * https://github.com/eclipse-paho/paho.mqtt.testing, which is not part of this project. Takes four minutes.
 * @module
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'
import { Aedes } from 'aedes'
import { listening, type Running, startEdge } from '../support/interop/edge.js'
import type { Outcome, Say } from './harness/outcome.js'

interface Result {
  readonly name: string
  readonly passed: boolean
  readonly why: string
}

/** From build/test/bench. */
const SCRIPT = new URL('../../../test/support/interop/run-paho.py', import.meta.url).pathname

const python = async (...args: string[]): Promise<unknown> =>
  JSON.parse((await promisify(execFile)('python3', [SCRIPT, ...args])).stdout)

/** Each test with a server of its own, for what one leaves behind is none of the next. */
async function run(
  folder: string,
  names: readonly string[],
  start: () => Promise<Running>,
): Promise<Result[]> {
  const results: Result[] = []
  for (const name of names) {
    const server = await start()
    results.push((await python(folder, String(server.port), name)) as Result)
    await server.stop()
  }
  return results
}

/** Aedes as it comes, but for the one filter that the suite wants refused. */
async function startAedes(): Promise<Running> {
  const aedes = await Aedes.createBroker({
    authorizeSubscribe: (_client, asked, done) =>
      done(null, asked.topic === 'test/nosubscribe' ? null : asked),
  })
  const server = await listening((socket) => aedes.handle(socket))
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.close()
      await new Promise<void>((resolve) => aedes.close(resolve))
    },
  }
}

export async function bench(say: Say): Promise<Outcome> {
  const given = process.env['TALOS_PAHO_SUITE']
  if (given === undefined || !existsSync(path.join(given, 'client_test.py')))
    return {
      ...{ figures: {}, tables: [] },
      notes: [
        'TALOS_PAHO_SUITE must name the folder interoperability of paho.mqtt.testing: nothing was run.',
      ],
    }
  const folder = path.resolve(given)
  const names = (await python(folder)) as string[]
  say('Talos: two minutes')
  const ours = await run(folder, names, startEdge)
  say('bare Aedes: as long again')
  const bare = await run(folder, names, startAedes)
  const passed = (list: readonly Result[]) => list.filter((result) => result.passed).length
  return {
    figures: { talosPassed: passed(ours), aedesPassed: passed(bare), tests: ours.length },
    tables: [
      {
        title: 'Eclipse Paho interoperability, MQTT 3.1.1',
        head: ['test', 'Talos', 'bare Aedes'],
        rows: ours.map(({ name, passed }, i) => [
          name,
          passed ? 'pass' : 'fail',
          bare[i]?.passed ? 'pass' : 'fail',
        ]),
      },
    ],
    notes: [
      'Behind the edge every QoS 2 is a QoS 1. Why a test fails: docs/mqtt.md.',
      ...ours.filter((result) => !result.passed).map(({ name, why }) => `Talos ${name}: ${why}`),
    ],
  }
}
