/**
 * A core with PostgreSQL, an owner who is signed in, and stations that may connect.
 * @module
 */
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { connectionUrl } from '../../../core/db/embedded.js'
import type { LoopDelaySlice } from '../../../core/health/loop-delay.js'
import { parseSecret } from '../../../shared/secrets.js'
import { startTestServer } from '../../support/server.js'
import { DIRECTOR, keyIdOf, keyOf, ORG, stationId } from '../broker/accounts.js'
import { cpuMs, end, forkOn, LOAD_CORE, messageOf, pinSelf, SERVER_CORE } from '../harness/processes.js'
import type { CoreReady } from './core-process.js'

export interface LiveCore {
  readonly url: string
  readonly mqttPort: number
  /** Cookies of the owner. */
  readonly cookie: string
  cpuMs(): number
  /** Since it was asked last. */
  loopDelay(): Promise<LoopDelaySlice>
  stop(): Promise<void>
}

const OWNER = 'owner@example.org'
const digest = (name: string) =>
  createHash('sha256')
    .update(parseSecret(keyOf(name), 'gsk')?.secret ?? '')
    .digest()

/** PostgreSQL shares the core of the load. `nodeFlags` such as `--cpu-prof`. */
export async function startLiveCore(
  stations: number,
  nodeFlags = (process.env['TALOS_BENCH_NODE_FLAGS'] ?? '').split(' ').filter(Boolean),
): Promise<LiveCore> {
  const folder = mkdtempSync(path.join(tmpdir(), 'talos-bench-'))
  // Others may pass through, so that a PostgreSQL which a root started finds its data in there.
  chmodSync(folder, 0o711)
  const dataDir = path.join(folder, 'core')
  mkdirSync(dataDir)
  pinSelf(LOAD_CORE)
  const server = await startTestServer(path.join(folder, 'database'))
  const { host, port, user, template: database } = server.info
  const child = forkOn(SERVER_CORE, new URL('./core-process.js', import.meta.url), nodeFlags)
  const stop = async () => {
    await end(child)
    await server.stop()
    rmSync(folder, { recursive: true })
  }
  try {
    child.send({ databaseUrl: connectionUrl({ host, port, user, database }), dataDir })
    const { url, mqttPort, ownerToken } = await messageOf<CoreReady>(child)
    const cookie = await signIn(url, ownerToken)
    await insertFleet({ host, port, user, database }, stations)
    return { url, mqttPort, cookie, stop, cpuMs: () => cpuMs(child.pid ?? 0), loopDelay: () => ask(child) }
  } catch (error) {
    await stop()
    throw error
  }
}

function ask(child: ChildProcess): Promise<LoopDelaySlice> {
  child.send('loop delay')
  return messageOf<LoopDelaySlice>(child)
}

async function signIn(url: string, token: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/auth/confirm`, {
    method: 'POST',
    headers: { origin: url, 'content-type': 'application/json' },
    body: JSON.stringify({ token, email: OWNER }),
  })
  if (answer.status !== 200) throw new Error(`signing in: ${answer.status} ${await answer.text()}`)
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}

/** The organisation of the owner gets the slug that the loads know. */
async function insertFleet(connection: pg.ClientConfig, count: number): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    const ids = Array.from({ length: count }, (_, n) => stationId(n))
    const org = await client.query('UPDATE "Org" SET "slug" = $1 RETURNING "id"', [ORG])
    await client.query(
      `INSERT INTO "Station" ("id", "orgId", "name", "status", "approvedAt")
       SELECT id, $2, id, 'approved', now() FROM unnest($1::text[]) AS id`,
      [ids, org.rows[0].id],
    )
    await client.query(
      // Long in use: a key is proved once in its life.
      `INSERT INTO "StationKey" ("id", "keyId", "secretHash", "stationId", "provenAt")
       SELECT k.key_id, k.key_id, k.hash, k.id, now() FROM unnest($1::text[], $2::text[], $3::bytea[]) AS k(id, key_id, hash)`,
      [ids, ids.map(keyIdOf), ids.map(digest)],
    )
    await client.query(
      'INSERT INTO "ServiceKey" ("id", "keyId", "secretHash", "service") VALUES ($1, $1, $2, $3)',
      [keyIdOf(DIRECTOR), digest(DIRECTOR), DIRECTOR],
    )
    await client.query('ANALYZE')
  } finally {
    await client.end()
  }
}
