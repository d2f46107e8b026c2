import { readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import t, { type Test } from 'tap'
import { EmbeddedPostgres } from '../../../core/db/embedded.js'
import { preparedDataDir } from '../../support/cluster.js'
import { type Program, runProgram } from '../../support/program.js'
import { silentLog } from '../../support/server.js'

const WRITER = new URL('../../support/writer.js', import.meta.url).pathname
/** A few here; the long run is the one of the whole core. */
const KILLS = 3
const ROWS_BEFORE_KILL = 40

const numbers = (printed: readonly unknown[]): number[] =>
  printed.filter((value): value is number => typeof value === 'number')
const hasWritten = (printed: readonly unknown[]) => numbers(printed).length >= ROWS_BEFORE_KILL

const postmasterPid = (dataDir: string): number =>
  Number(readFileSync(path.join(dataDir, 'postgres/18/postmaster.pid'), 'utf8').split('\n')[0])

async function killed(program: Program): Promise<number[]> {
  program.child.kill('SIGKILL')
  await program.end
  return numbers(program.printed)
}

/** Opens the database and looks for every row that was acknowledged, and for halves of pairs. */
async function checkRows(t: Test, dataDir: string, acknowledged: readonly number[]): Promise<void> {
  const server = new EmbeddedPostgres({ dataDir, log: silentLog, onLost: (error) => t.fail(error.message) })
  await server.start()
  const client = new pg.Client(server.connection)
  await client.connect()
  const { rows } = await client.query<{ n: string; half: number }>('SELECT n, half FROM acknowledged')
  const found = new Set(rows.map((row) => Number(row.n)))
  t.same(
    acknowledged.filter((n) => !found.has(n)),
    [],
    `all ${acknowledged.length} acknowledged rows are there`,
  )
  t.equal(rows.filter((row) => row.half === 1).length, rows.filter((row) => row.half === 2).length)
  await client.end()
  await server.stop()
}

t.test('kill -9 of core: the next one takes the server over, and no acknowledged row is lost', async (t) => {
  const dataDir = await preparedDataDir(t)
  const acknowledged: number[] = []
  let server: number | undefined
  for (let kill = 0; kill < KILLS; kill++) {
    const core = runProgram(t, WRITER, [dataDir])
    await core.until(hasWritten)
    const { log } = core.printed[0] as { log: string[] }
    t.equal(
      log.some((line) => line.includes('taken over')),
      kill > 0,
    )
    t.equal(postmasterPid(dataDir), server ?? postmasterPid(dataDir), 'it is the same server')
    server = postmasterPid(dataDir)
    acknowledged.push(...(await killed(core)))
  }
  await checkRows(t, dataDir, acknowledged)
})

t.test(
  'kill -9 of core and server at once: the next core recovers, and no acknowledged row is lost',
  async (t) => {
    const dataDir = await preparedDataDir(t)
    const acknowledged: number[] = []
    for (let kill = 0; kill < KILLS; kill++) {
      const core = runProgram(t, WRITER, [dataDir])
      await core.until(hasWritten)
      process.kill(postmasterPid(dataDir), 'SIGKILL')
      acknowledged.push(...(await killed(core)))
    }
    await checkRows(t, dataDir, acknowledged)
  },
)

t.test('kill -9 of the server alone is told to core at once', async (t) => {
  const dataDir = await preparedDataDir(t)
  const core = runProgram(t, WRITER, [dataDir])
  await core.until(hasWritten)
  process.kill(postmasterPid(dataDir), 'SIGKILL')
  await core.until((printed) => printed.some((value) => (value as { lost?: string }).lost === 'unavailable'))
  await core.end
  await checkRows(t, dataDir, numbers(core.printed))
})

t.test(
  'a core that starts while another is being killed waits for the lock rather than giving up',
  async (t) => {
    const dataDir = await preparedDataDir(t)
    const first = runProgram(t, WRITER, [dataDir])
    await first.until(hasWritten)
    const dying = killed(first)
    const second = runProgram(t, WRITER, [dataDir, '/var/lib/talos', '5'])
    const acknowledged = await dying
    await second.end
    await checkRows(t, dataDir, [...acknowledged, ...numbers(second.printed)])
    t.equal(numbers(second.printed).length, 10)
  },
)
