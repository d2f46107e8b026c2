/**
 * One agent for one data directory and for one rotator. What is held is a name in the kernel (an abstract Unix socket,
 * unix(7)): it goes to one process only, and is free again when that ends, however it ends. No file is left to judge.
 * @module
 */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { TalosError } from '../shared/errors.js'
import { isLoopback } from '../shared/loopback.js'
import { SECOND } from '../shared/time.js'
import type { AgentConfig } from './config.js'

export interface Held {
  release(): Promise<void>
}

interface Sole {
  readonly key: string
  readonly code: 'data_dir_in_use' | 'rotator_in_use'
  /** For messages. */
  readonly what: string
}

const nameOf = (key: string): string => `\0talos-agent/${createHash('sha256').update(key).digest('hex')}`

/** Who holds the name, as it says itself; null when it does not. */
function holderOf(name: string): Promise<string | null> {
  return new Promise((resolve) => {
    let said = ''
    const socket = connect(name)
    socket.setTimeout(SECOND, () => socket.destroy())
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      said = (said + text).slice(0, 12)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(/^\d+\n/.test(said) ? said.trim() : null))
  })
}

/**
 * Holds `key` until it is released or the process ends.
 * @throws TalosError `data_dir_in_use` or `rotator_in_use`
 */
async function hold({ key, code, what }: Sole): Promise<Held> {
  const name = nameOf(key)
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.end(`${process.pid}\n`)
  })
  server.unref()
  try {
    server.listen(name)
    await once(server, 'listening')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause
    const pid = await holderOf(name)
    throw new TalosError(
      code,
      `Another agent${pid === null ? '' : ` (process ${pid})`} has ${what}. Two agents would move one antenna: end that one first.`,
      { cause },
    )
  }
  return {
    release: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

/** What nobody else may have at the same time. A serial line is locked when it is opened. */
async function solesOf({ dataDir, driver }: AgentConfig): Promise<Sole[]> {
  const { dev, ino } = await stat(dataDir)
  const soles: Sole[] = [{ key: `data ${dev}:${ino}`, code: 'data_dir_in_use', what: dataDir }]
  if (driver.kind === 'rotctld') {
    const host = isLoopback(driver.host) ? 'here' : driver.host.toLowerCase()
    const what = `the rotctld at ${driver.host}:${driver.port}`
    soles.push({ key: `rotctld ${host}:${driver.port}`, code: 'rotator_in_use', what })
  }
  return soles
}

/**
 * Holds the data directory, which exists, and the rotator. On systems without abstract sockets nothing is held.
 * @throws TalosError `data_dir_in_use` or `rotator_in_use`
 */
export async function holdAlone(config: AgentConfig): Promise<Held> {
  const held: Held[] = []
  const release = async () => {
    for (const one of held.splice(0)) await one.release()
  }
  if (process.platform !== 'linux') return { release }
  try {
    for (const sole of await solesOf(config)) held.push(await hold(sole))
  } catch (cause) {
    await release()
    throw cause
  }
  return { release }
}
