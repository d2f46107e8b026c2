import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { readStatus, StatusFile } from '../../agent/status.js'
import { systemClock } from '../../shared/time.js'
import { KeptLog, tempDir } from '../support/agent-bench.js'

const OF = { url: 'https://talos.example', stationId: 'station-00000001', pid: 4711 }
const alive = () => true

t.test('what the agent said last is read, and a kill is noticed', async (t) => {
  const dir = await tempDir(t)
  t.equal(await readStatus(dir, alive), null, 'none has run')
  const status = new StatusFile(dir, OF, systemClock, new KeptLog())
  await status.tell('online')
  t.match(await readStatus(dir, alive), { ...OF, state: 'online', reason: null })
  await status.tell('offline', 'the connection was closed')
  const first = await readStatus(dir, alive)
  t.match(first, { state: 'offline', reason: 'the connection was closed' })
  await status.tell('offline', 'the connection was closed')
  t.same(await readStatus(dir, alive), first, 'the same again is not news')
  t.match(await readStatus(dir, (pid) => pid !== OF.pid), { state: 'stopped', reason: /ended without/ })
})

t.test('a file that is none of ours is no status, and a full disk no reason to end', async (t) => {
  const dir = await tempDir(t)
  await writeFile(join(dir, 'status.json'), '{')
  t.equal(await readStatus(dir, alive), null)
  const log = new KeptLog()
  await new StatusFile(join(dir, 'nowhere'), OF, systemClock, log).tell('online')
  t.equal(log.count(/status could not be written/), 1)
})
