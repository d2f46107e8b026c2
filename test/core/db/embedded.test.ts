import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import t, { type Test } from 'tap'
import { EmbeddedPostgres } from '../../../core/db/embedded.js'
import type { TalosError } from '../../../shared/errors.js'
import { preparedDataDir } from '../../support/cluster.js'
import { temporaryDirectory } from '../../support/directory.js'
import { silentLog } from '../../support/server.js'

function embedded(t: Test, dataDir: string, onLost: (error: TalosError) => void = () => undefined) {
  const server = new EmbeddedPostgres({ dataDir, log: silentLog, onLost })
  t.teardown(() => server.stop())
  return server
}

async function query<Row extends pg.QueryResultRow>(server: EmbeddedPostgres, sql: string): Promise<Row[]> {
  const client = new pg.Client(server.connection)
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

const postmasterPid = (dataDir: string): number =>
  Number(readFileSync(path.join(dataDir, 'postgres/18/postmaster.pid'), 'utf8').split('\n')[0])

t.test('it starts on an empty folder, stops, and has what was written when it starts again', async (t) => {
  const dataDir = path.join(temporaryDirectory(t), 'data')
  const first = embedded(t, dataDir)
  await first.start()
  await query(first, `CREATE TABLE kept AS SELECT 42 AS n`)
  const pid = postmasterPid(dataDir)
  await first.stop()
  t.throws(() => process.kill(pid, 0), { code: 'ESRCH' }, 'stop waits for the end of the server')
  t.notOk(existsSync(path.join(dataDir, 'postgres/18/postmaster.pid')))

  const second = embedded(t, dataDir)
  await second.start()
  t.same(await query(second, 'SELECT n FROM kept'), [{ n: 42 }])
})

t.test('it writes to the disk for sure, listens on no network, and thinks in UTC and UTF-8', async (t) => {
  const server = embedded(t, await preparedDataDir(t))
  await server.start()
  const show = async (name: string) =>
    (await query<{ v: string }>(server, `SELECT current_setting('${name}') AS v`))[0]?.v
  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes'])
    t.equal(await show(name), 'on', name)
  t.equal(await show('listen_addresses'), '')
  t.equal(await show('TimeZone'), 'UTC')
  t.equal(await show('server_encoding'), 'UTF8')
  t.same(await query(server, `SELECT lower('ÅÉЖ') AS low, 'B' < 'a' AS by_code_point`), [
    { low: 'åéж', by_code_point: true },
  ])
  const viaUrl = new pg.Client({ connectionString: server.url })
  await viaUrl.connect()
  t.same((await viaUrl.query('SELECT current_user AS u')).rows, [{ u: 'talos' }])
  await viaUrl.end()
})

t.test('nothing of the environment reaches the server', { skip: process.platform !== 'linux' }, async (t) => {
  const dataDir = await preparedDataDir(t)
  process.env['TALOS_MASTER_KEY'] = 'not-for-postgres'
  t.teardown(() => delete process.env['TALOS_MASTER_KEY'])
  const server = embedded(t, dataDir)
  await server.start()
  t.notMatch(readFileSync(`/proc/${postmasterPid(dataDir)}/environ`, 'latin1'), /TALOS_MASTER_KEY/)
})

t.test('a second core on the same data directory is refused, and the first does not notice', async (t) => {
  const dataDir = await preparedDataDir(t)
  const first = embedded(t, dataDir, (error) => t.fail(error.message))
  await first.start()
  const second = embedded(t, dataDir)
  await t.rejects(second.start(), {
    code: 'data_dir_in_use',
    detail: new RegExp(`process id ${process.pid} runs on .*TALOS_DATA_DIR`),
  })
  await second.stop()
  t.same(await query(first, 'SELECT 1 AS one'), [{ one: 1 }])
  await first.stop()
  await second.start()
  t.pass('once the first has ended, the second may start')
})

t.test('of two that start at once on an empty folder, one wins', async (t) => {
  const dataDir = path.join(temporaryDirectory(t), 'data')
  const both = [embedded(t, dataDir), embedded(t, dataDir)]
  const results = await Promise.allSettled(both.map((server) => server.start()))
  t.same(results.map((result) => result.status).sort(), ['fulfilled', 'rejected'])
  const refused = results.find((result) => result.status === 'rejected')
  t.match(refused?.reason, { code: 'data_dir_in_use' })
})

t.test('the end of the server is reported', async (t) => {
  const dataDir = await preparedDataDir(t)
  const { promise, resolve } = withResolvers<TalosError>()
  const server = embedded(t, dataDir, resolve)
  await server.start()
  process.kill(postmasterPid(dataDir), 'SIGKILL')
  t.match(await promise, { code: 'unavailable', detail: /postgres\.log/ })
  await server.stop()

  await server.start()
  t.same(await query(server, 'SELECT 1 AS one'), [{ one: 1 }], 'and the next start recovers')
})

t.test('a data directory with a long path gets a short socket, which goes again', async (t) => {
  const dataDir = path.join(temporaryDirectory(t), 'long, "odd" name '.repeat(8))
  renameSync(await preparedDataDir(t), dataDir)
  const server = embedded(t, dataDir)
  await server.start()
  const { host } = server.connection
  t.ok(Buffer.byteLength(`${host}/.s.PGSQL.5432`) < 100, host)
  t.same(await query(server, 'SELECT 1 AS one'), [{ one: 1 }])
  process.kill(postmasterPid(dataDir), 'SIGKILL')
  await server.stop()

  await server.start()
  t.not(server.connection.host, host)
  t.notOk(existsSync(host), 'that of a server that was killed goes with the next start')
  const next = server.connection.host
  await server.stop()
  t.notOk(existsSync(next))
})

t.test(
  'the lock file of a killed server does not stop the next, though its process id lives on',
  async (t) => {
    const dataDir = await preparedDataDir(t)
    const server = embedded(t, dataDir)
    await server.start()
    const file = path.join(dataDir, 'postgres/18/postmaster.pid')
    const lines = readFileSync(file, 'utf8').split('\n')
    await server.stop()

    // A stranger of the same user, which is what PostgreSQL itself cannot tell from a server.
    const asRoot = process.getuid?.() === 0
    const stranger = spawn('sleep', ['600'], asRoot ? { uid: 65534, gid: 65534, cwd: '/' } : {})
    await once(stranger, 'spawn')
    t.teardown(() => stranger.kill('SIGKILL'))
    writeFileSync(file, [stranger.pid, ...lines.slice(1)].join('\n'))
    await server.start()
    t.same(await query(server, 'SELECT 1 AS one'), [{ one: 1 }])
  },
)

t.test('a database of another major version is refused', async (t) => {
  const dataDir = temporaryDirectory(t)
  mkdirSync(path.join(dataDir, 'postgres/17'), { recursive: true })
  await t.rejects(embedded(t, dataDir).start(), { code: 'config_invalid', detail: /PostgreSQL 17.*backup/ })
})

function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
