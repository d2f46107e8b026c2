import { spawn } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { temporaryDirectory } from '../support/directory.js'

const { endProcessesOf } = await import(new URL('../../../ops/processes.mjs', import.meta.url).href)

t.test(
  'what mentions the folder of a run is ended, and nothing else',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const folder = temporaryDirectory(t)
    const start = async (argument: string, env: Record<string, string>) => {
      const child = spawn('sh', ['-c', 'read line', argument], {
        stdio: ['pipe', 'ignore', 'ignore'],
        env: { PATH: '/bin', ...env },
      })
      t.teardown(() => child.kill('SIGKILL'))
      await once(child, 'spawn')
      return child
    }
    const byArgument = await start(`${folder}/data`, {})
    const byEnvironment = await start('-', { TMPDIR: folder })
    const stranger = await start('-', {})
    const ends = Promise.all([byArgument, byEnvironment].map((child) => once(child, 'exit')))
    t.equal(endProcessesOf(folder), 2)
    t.same(await ends, [
      [null, 'SIGKILL'],
      [null, 'SIGKILL'],
    ])
    t.equal(stranger.exitCode, null)
    t.equal(stranger.signalCode, null)
  },
)
