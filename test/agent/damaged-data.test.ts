import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { runAgent } from '../../agent/agent.js'
import { systemClock } from '../../shared/time.js'
import { bareMachine, KeptLog, makeConfig, makeCredential, makeKey, tempDir } from '../support/agent-bench.js'

t.setTimeout(120_000)

async function station(t: Test) {
  const config = makeConfig(await tempDir(t))
  const { pinned } = await makeKey()
  const log = new KeptLog()
  const run = () =>
    runAgent(config, {
      credential: makeCredential({ port: 1 }, pinned),
      version: '0.0.0-test',
      clock: systemClock,
      random: Math.random,
      newId: randomUUID,
      log,
      machine: bareMachine,
    })
  return { dataDir: config.dataDir, log, run }
}

/** What stands in the way of reading gives an error of the disk, as a card does that is worn out. */
t.test(
  'a file that the disk does not give back ends no agent; what may have held the antenna holds it',
  async (t) => {
    const names = [
      'guard',
      'commands',
      'boots',
      'barred',
      'calibration',
      'clock',
      'pass',
      'withdrawn',
      'status',
    ]
    const { dataDir, log, run } = await station(t)
    for (const name of names) await mkdir(join(dataDir, `${name}.json`))
    const agent = await run()
    t.equal(agent.state, 'safe_hold')
    t.equal(log.count(/memory of the guard is unreadable/), 1)
    t.equal(log.count(/may do nothing now/), 1)
    await agent.stop()
  },
)

t.test('a start that fails leaves nothing behind: no lock, no loop at the antenna', async (t) => {
  const { dataDir, log, run } = await station(t)
  await writeFile(join(dataDir, 'receipts'), 'no folder')
  await t.rejects(run(), { code: 'EEXIST' })
  t.equal(log.count(/cannot start/), 1)
  await rm(join(dataDir, 'receipts'))
  await (await run()).stop()
})
