import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { holdAlone } from '../../agent/sole.js'
import { makeConfig, tempDir } from '../support/agent-bench.js'

const rotctldAt = (host: string, port: number) => ({ driver: { kind: 'rotctld', host, port } })

/** A process of its own that holds what the agent of `dataDir` holds. */
async function holder(t: Test, dataDir: string): Promise<ChildProcess> {
  const script = `
    import { holdAlone } from '${new URL('../../agent/sole.js', import.meta.url)}'
    await holdAlone({ dataDir: process.argv[1], driver: { kind: 'simulated' } })
    process.stdout.write('held')
    process.stdin.resume()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

t.test('one data directory has one agent, by whatever name it is called; who has it is named', async (t) => {
  const base = await tempDir(t)
  const dataDir = join(base, 'agent')
  await mkdir(dataDir)
  await symlink(dataDir, join(base, 'other'))
  const first = await holdAlone(makeConfig(dataDir))
  const again = holdAlone(makeConfig(join(base, 'other')))
  await t.rejects(again, { code: 'data_dir_in_use', message: new RegExp(`process ${process.pid}\\b`) })
  await first.release()
  await (await holdAlone(makeConfig(dataDir))).release()
})

t.test('kill -9 leaves nothing behind: the next start has the directory at once', async (t) => {
  const dataDir = await tempDir(t)
  const child = await holder(t, dataDir)
  const refused = holdAlone(makeConfig(dataDir))
  await t.rejects(refused, { code: 'data_dir_in_use', message: new RegExp(`process ${child.pid}\\b`) })
  child.kill('SIGKILL')
  await once(child, 'exit')
  await (await holdAlone(makeConfig(dataDir))).release()
})

t.test('one rotctld has one agent, and whoever is refused holds nothing', async (t) => {
  const [one, two] = [await tempDir(t), await tempDir(t)]
  const first = await holdAlone(makeConfig(one, rotctldAt('127.0.0.1', 40_001)))
  const second = makeConfig(two, rotctldAt('localhost', 40_001))
  await t.rejects(holdAlone(second), { code: 'rotator_in_use', message: /localhost:40001/ })
  const elsewhere = await holdAlone(makeConfig(two, rotctldAt('127.0.0.1', 40_002)))
  await elsewhere.release()
  await first.release()
  await (await holdAlone(second)).release()
})
