/**
 * One core per data directory: an advisory lock on a connection of its own, held for the life of core. The server
 * releases it when the connection ends, so that kill -9 leaves nothing behind.
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises'
import pg, { type ClientConfig } from 'pg'
import { TalosError } from '../../shared/errors.js'
import { SECOND, systemClock } from '../../shared/time.js'
import { processState } from './postmaster-file.js'

/** 'TALO' in ASCII: a pair of numbers that no other program takes by chance. */
const LOCK = [0x54414c4f, 1] as const
/** The server needs a moment to notice that the connection of a killed core has ended. */
const DEAD_HOLDER_PATIENCE = 5 * SECOND

export class DataDirLock {
  private client: pg.Client | undefined
  private expected = false

  /** @param onLost called once when the connection dies while the lock is held: another core may start now */
  constructor(
    private readonly connection: ClientConfig,
    private readonly dataDir: string,
    private readonly onLost: (error: TalosError) => void,
  ) {}

  /** @throws TalosError `data_dir_in_use` */
  async start(): Promise<void> {
    const client = new pg.Client({ ...this.connection, application_name: `talos core ${process.pid}` })
    // An error later is followed by the end of the connection, which is what counts.
    client.on('error', () => undefined)
    try {
      await client.connect()
      await acquire(client, this.dataDir)
    } catch (error) {
      await client.end().catch(() => undefined)
      throw error
    }
    client.once('end', () => this.lost())
    this.client = client
  }

  /** From now on the end of the connection is expected; the lock is still held. */
  expectEnd(): void {
    this.expected = true
  }

  async stop(): Promise<void> {
    this.expectEnd()
    await this.client?.end().catch(() => undefined)
  }

  private lost(): void {
    if (this.expected) return
    this.expected = true
    this.onLost(
      new TalosError(
        'unavailable',
        `The embedded PostgreSQL ended the connection that keeps other cores out of ${this.dataDir}. See postgres.log there, and start again.`,
      ),
    )
  }
}

async function acquire(client: pg.Client, dataDir: string): Promise<void> {
  const limit = systemClock.monotonic() + DEAD_HOLDER_PATIENCE
  for (;;) {
    const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS held', [
      ...LOCK,
    ])
    if (rows[0]?.held) return
    const holder = await holderPid(client)
    const state = holder === undefined ? 'gone' : await processState(holder)
    const alive = state !== 'gone' && state !== 'zombie'
    if (alive || systemClock.monotonic() > limit) {
      throw new TalosError(
        'data_dir_in_use',
        `The core with process id ${holder ?? 'unknown'} runs on ${dataDir}. Stop it, or give this one another TALOS_DATA_DIR.`,
      )
    }
    await delay(50)
  }
}

async function holderPid(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT a."application_name" AS "name" FROM pg_locks l JOIN pg_stat_activity a USING ("pid")
      WHERE l."locktype" = 'advisory' AND l."granted" AND l."classid" = $1 AND l."objid" = $2 AND l."objsubid" = 2`,
    [...LOCK],
  )
  const pid = Number(rows[0]?.name.match(/^talos core (\d+)$/)?.[1])
  return Number.isSafeInteger(pid) ? pid : undefined
}
