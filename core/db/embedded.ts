/**
 * The embedded database: PostgreSQL from npm, a child of core, on a Unix socket, with real fsync. It starts and stops
 * with core; after kill -9 of either, or both, the next core finds everything that was acknowledged.
 * @module
 */
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { TalosError } from '../../shared/errors.js'
import type { Logger } from '../context.js'
import { findBinaries } from './binaries.js'
import { clusterOwner, prepareCluster, prepareLayout, ROLE, writeAccess } from './cluster.js'
import { DataDirLock } from './data-dir-lock.js'
import { Postmaster } from './postmaster.js'
import { findServerUser, type Ids } from './server-user.js'
import { PORT } from './socket-dir.js'

export interface EmbeddedOptions {
  readonly dataDir: string
  readonly log: Logger
  /** Called when the server ends while it should run: core must stop. */
  readonly onLost: (error: TalosError) => void
  /**
   * A folder of the system for the binaries and the cluster of a root core whose server, which is not root, cannot
   * enter the data directory or the checkout.
   */
  readonly sharedDir?: string
}

/** How to reach the embedded server with `pg`. */
export interface EmbeddedConnection {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
}

const SHARED_DIR = '/var/lib/talos'
const DATABASE = 'talos'
/** A server that another core is just stopping may take connections down with it; the next try starts a new one. */
const ATTEMPTS = 3

export class EmbeddedPostgres {
  private postmaster: Postmaster | undefined
  private lock: DataDirLock | undefined

  constructor(private readonly options: EmbeddedOptions) {}

  /** @throws Error before `start` */
  get connection(): EmbeddedConnection {
    if (this.postmaster === undefined) throw new Error('The embedded PostgreSQL has not been started')
    return { host: this.postmaster.socketDir, port: PORT, user: ROLE, database: DATABASE }
  }

  /** The same as a URL, as TALOS_DATABASE_URL takes it. */
  get url(): string {
    return connectionUrl(this.connection)
  }

  /**
   * @throws TalosError `data_dir_in_use` when another core runs here, `config_invalid` when PostgreSQL cannot run on
   * this machine, `unavailable` when it did not start
   */
  async start(): Promise<void> {
    const dataDir = path.resolve(this.options.dataDir)
    const { log, sharedDir = SHARED_DIR } = this.options
    const us = ourIds()
    const user = await findServerUser(us, await clusterOwner(dataDir))
    const layout = await prepareLayout(dataDir, user, [sharedDir], log)
    const binaries = await findBinaries(user, [sharedDir, path.join(os.tmpdir(), `talos-${us.uid}`)], log)
    await prepareCluster(layout, user, binaries)
    await writeAccess(layout, us.uid === user.uid ? [user.name] : [user.name, os.userInfo().username])

    const postmaster = new Postmaster(layout, user, binaries, log)
    this.lock = await this.startLocked(postmaster, dataDir)
    // Only now is the server ours to stop.
    this.postmaster = postmaster
    try {
      await createDatabase({ ...this.connection, database: 'postgres' })
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  /** Ends when the server has ended. Transactions in flight are rolled back. */
  async stop(): Promise<void> {
    // The lock is held until the server has been told to end: no other core can slip in between.
    this.lock?.expectEnd()
    await this.postmaster?.stop()
    await this.lock?.stop()
    this.postmaster = undefined
    this.lock = undefined
  }

  private async startLocked(postmaster: Postmaster, dataDir: string): Promise<DataDirLock> {
    for (let attempt = 1; ; attempt++) {
      await postmaster.start()
      const connection = { host: postmaster.socketDir, port: PORT, user: ROLE, database: 'postgres' }
      const lock = new DataDirLock(connection, dataDir, this.options.onLost)
      try {
        await lock.start()
        return lock
      } catch (error) {
        // Another core has the lock, so the server is that core's, even if this one has started it.
        if (error instanceof TalosError || attempt === ATTEMPTS) throw error
        this.options.log.warn(
          { err: error },
          'The embedded PostgreSQL ended while it was taken over: once more',
        )
      }
    }
  }
}

/** A URL for a server on a Unix socket: the folder of the socket stands in the query. */
export const connectionUrl = ({ host, port, user, database }: EmbeddedConnection): string =>
  `postgresql://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`

function ourIds(): Ids {
  // Absent on Windows only, where findBinaries tells the person what to do.
  return { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 }
}

async function createDatabase(connection: EmbeddedConnection): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`)
  } finally {
    await client.end()
  }
}
