/**
 * The server process of the embedded PostgreSQL: started, found again after core was killed, and stopped.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, rename, stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { TalosError } from '../../shared/errors.js'
import { SECOND, systemClock } from '../../shared/time.js'
import type { Logger } from '../context.js'
import type { Binaries } from './binaries.js'
import { type Layout, ROLE } from './cluster.js'
import { processState, readPostmasterFile, removeStaleLocks } from './postmaster-file.js'
import { type ServerUser, spawnAs } from './server-user.js'
import { makeSocketDir, PORT, removeSocketDir } from './socket-dir.js'

/** After kill -9 the old server lingers for a moment, as a zombie or by the backends that outlive it. */
const STALE_LOCK_PATIENCE = 10 * SECOND
/** A fast shutdown writes a checkpoint; slow disks need their time. Then the server is stopped without one. */
const FAST_SHUTDOWN = 30 * SECOND
const POLL = 25
const LOG_LIMIT_BYTES = 10 * 1024 * 1024

/** What PostgreSQL says when the files of an older server stand in the way. */
const LOCKED = /lock file .* already exists|pre-existing shared memory block/

export type Answer = 'ready' | 'busy' | 'nobody'

export class Postmaster {
  private pid: number | undefined
  private child: ChildProcess | undefined
  private socket = ''

  constructor(
    private readonly layout: Layout,
    private readonly user: ServerUser,
    private readonly binaries: Binaries,
    private readonly log: Logger,
  ) {}

  /** The folder of the socket, once started. */
  get socketDir(): string {
    return this.socket
  }

  /**
   * Ends when the server answers. A server that an earlier core left behind is taken over.
   *
   * @throws TalosError `unavailable` with the last lines of the server's log
   */
  async start(): Promise<void> {
    const patience = systemClock.monotonic() + STALE_LOCK_PATIENCE
    let told = false
    for (;;) {
      const found = await readPostmasterFile(this.layout.cluster)
      const answer = found === undefined ? 'nobody' : await ask(found.socketDir, this.layout.cluster)
      if (found !== undefined && answer === 'ready') {
        this.log.info({ pid: found.pid }, 'The embedded PostgreSQL of an earlier start runs on: taken over')
        this.child = undefined
        this.pid = found.pid
        this.socket = found.socketDir
        return
      }
      if (answer === 'busy' && !told) {
        this.log.info('Waiting for the embedded PostgreSQL, which is recovering, starting or stopping')
        told = true
      }
      if (answer === 'nobody') {
        const failure = await this.launch()
        if (failure === undefined) return
        if (!LOCKED.test(failure) || systemClock.monotonic() > patience) {
          throw new TalosError('unavailable', `The embedded PostgreSQL did not start: ${failure}`)
        }
        await this.clearStaleLocks()
      }
      await delay(POLL)
    }
  }

  /** Fast shutdown: transactions in flight are rolled back, what is committed is on the disk. Waits for the end. */
  async stop(): Promise<void> {
    if (this.pid === undefined) return
    if (!(await this.signalAndWait('SIGINT', FAST_SHUTDOWN))) {
      this.log.error(
        { pid: this.pid },
        'The embedded PostgreSQL did not end in time: it will recover at the next start',
      )
      await this.signalAndWait('SIGQUIT', FAST_SHUTDOWN)
    }
    this.pid = undefined
    await removeSocketDir(this.socket, this.user)
  }

  /** Undefined when the server answers; what it said when it ended instead. */
  private async launch(): Promise<string | undefined> {
    const stale = await readPostmasterFile(this.layout.cluster)
    this.socket = await makeSocketDir(this.layout.run, this.user)
    await rotate(this.layout.log)
    const log = await open(this.layout.log, 'a', 0o600)
    try {
      const before = (await log.stat()).size
      const child = spawn(this.binaries.postgres, this.arguments(), {
        ...spawnAs(this.user),
        stdio: ['ignore', log.fd, log.fd],
        // Its own session: Ctrl-C in a terminal reaches core alone, which then stops the server in order.
        detached: true,
      })
      child.unref()
      const failed = await ended(child, this.socket, this.layout.cluster).catch((error: unknown) => {
        child.kill('SIGINT')
        throw error
      })
      if (!failed) {
        this.child = child
        this.pid = child.pid
        // Only now is it certain that the earlier server is dead.
        if (stale !== undefined && stale.socketDir !== this.socket) {
          await removeSocketDir(stale.socketDir, this.user)
        }
        return undefined
      }
      await removeSocketDir(this.socket, this.user)
      return failed instanceof Error ? failed.message : await tail(this.layout.log, before)
    } finally {
      await log.close()
    }
  }

  private arguments(): string[] {
    const settings = {
      listen_addresses: '',
      port: String(PORT),
      // A list for PostgreSQL: quoted, since a path may hold a comma.
      unix_socket_directories: `"${this.socket.replaceAll('"', '""')}"`,
      unix_socket_permissions: '0700',
      hba_file: this.layout.hba,
      ident_file: this.layout.ident,
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      timezone: 'UTC',
      log_timezone: 'UTC',
      log_checkpoints: 'off',
      max_connections: '100',
      shared_buffers: '64MB',
    }
    return [
      '-D',
      this.layout.cluster,
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ]
  }

  private async clearStaleLocks(): Promise<void> {
    const found = await readPostmasterFile(this.layout.cluster)
    if (found === undefined) return
    const state = await processState(found.pid)
    if (state === 'postgres' || (await ask(found.socketDir, this.layout.cluster)) !== 'nobody') return
    this.log.warn({ pid: found.pid, state }, 'Removing the lock files of a server that was killed')
    removeStaleLocks(this.layout.cluster, found)
  }

  private async signalAndWait(signal: NodeJS.Signals, patience: number): Promise<boolean> {
    if (this.pid === undefined) return true
    const limit = systemClock.monotonic() + patience
    send(this.pid, signal)
    while (systemClock.monotonic() < limit) {
      if (await this.hasEnded(this.pid)) return true
      await delay(POLL)
    }
    return false
  }

  private async hasEnded(pid: number): Promise<boolean> {
    if (this.child !== undefined) return this.child.exitCode !== null || this.child.signalCode !== null
    // Nobody may be there to bury the adopted one: a zombie has ended.
    return (await processState(pid)) !== 'postgres'
  }
}

/** Asks at a socket whether the server of this very cluster is there. */
export async function ask(socketDir: string, cluster: string): Promise<Answer> {
  const client = new pg.Client({
    host: socketDir,
    port: PORT,
    user: ROLE,
    database: 'postgres',
    connectionTimeoutMillis: 5 * SECOND,
  })
  // A connection that ends after it was opened also tells by an event, which must not end the process.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory')
    return rows[0]?.data_directory === cluster ? 'ready' : 'nobody'
  } catch (error) {
    return readRefusal(error)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** 57P01 to 57P03: shutting down, crashed, starting (PostgreSQL manual, appendix A). */
function readRefusal(error: unknown): Answer {
  const { code, message } = error as { code?: string; message?: string }
  if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTSOCK' || code === 'ENOTDIR')
    return 'nobody'
  if (code?.startsWith('57P') || code === 'ECONNRESET' || code === 'EPIPE') return 'busy'
  if (message === 'Connection terminated unexpectedly') return 'busy'
  throw new TalosError('unavailable', `The embedded PostgreSQL refuses core: ${message}`, { cause: error })
}

/** Waits until the server answers (false) or has ended (true, or why it could not be run at all). */
async function ended(child: ChildProcess, socketDir: string, cluster: string): Promise<boolean | Error> {
  const exit = once(child, 'exit').then(
    () => true,
    (error: Error) => error,
  )
  for (;;) {
    const outcome = await Promise.race([exit, delay(POLL)])
    if (outcome !== undefined) return outcome
    if ((await ask(socketDir, cluster)) === 'ready') return false
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function rotate(log: string): Promise<void> {
  const size = await stat(log).then(
    (found) => found.size,
    () => 0,
  )
  if (size > LOG_LIMIT_BYTES) await rename(log, `${log}.1`)
}

async function tail(log: string, from: number): Promise<string> {
  const file = await open(log, 'r')
  try {
    const { size } = await file.stat()
    const start = Math.max(from, size - 2000)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start)
    return buffer.subarray(0, bytesRead).toString('utf8').trim() || 'it ended without a word'
  } finally {
    await file.close()
  }
}
