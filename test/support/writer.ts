/**
 * A program for tests to kill: opens the embedded database of a folder and writes rows as fast as they are
 * acknowledged, each number printed after its acknowledgement.
 *
 *     node writer.js DATA_DIR [SHARED_DIR] [ROWS]
 *
 * Prints one JSON value a line: first `{ socket, log }`, then numbers. After ROWS rows it stops the database and ends.
 */
import pg from 'pg'
import { EmbeddedPostgres } from '../../core/db/embedded.js'
import { TalosError } from '../../shared/errors.js'

const [dataDir = '', sharedDir = '/var/lib/talos', rows = 'Infinity'] = process.argv.slice(2)
const messages: string[] = []
const keep = (_: object | string, message?: string) => void messages.push(message ?? '')
const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`)

let tellLost: () => void = () => undefined
const lost = new Promise<void>((resolve) => {
  tellLost = resolve
})
const server = new EmbeddedPostgres({
  dataDir,
  sharedDir,
  log: { debug: keep, info: keep, warn: keep, error: keep },
  onLost: (error) => {
    print({ lost: error.code })
    tellLost()
  },
})
try {
  await server.start()
} catch (error) {
  print({ refused: error instanceof TalosError ? error.code : String(error), detail: String(error) })
  process.exit(1)
}
const client = new pg.Client(server.connection)
client.on('error', () => undefined)
await client.connect()
await client.query(
  'CREATE TABLE IF NOT EXISTS acknowledged (n bigint GENERATED ALWAYS AS IDENTITY, half int)',
)
print({ socket: server.connection.host, log: messages })
try {
  for (let i = 0; i < Number(rows); i++) {
    // Two rows in one transaction: half of a pair would show.
    const result = await client.query<{ n: string }>(
      'INSERT INTO acknowledged (half) VALUES (1), (2) RETURNING n',
    )
    for (const row of result.rows) print(Number(row.n))
  }
} catch {
  // The server has ended under us; core learns of it by its own way.
  await lost
}
await client.end().catch(() => undefined)
await server.stop()
