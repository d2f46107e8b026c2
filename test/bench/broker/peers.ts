/**
 * The brokers that are compared, each a process of its own on the server's core.
 * @module
 */

import { type ChildProcess, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Limits } from '../../../broker/limits.js'
import { freePort } from '../../support/ports.js'
import { cpuMs, end, forkOn, messageOf, rssKib, SERVER_CORE, spawnOn } from '../harness/processes.js'
import { EVERY_TELEMETRY, keyOf, readerId, stationId } from './accounts.js'

export type PeerName = 'talos' | 'aedes' | 'mosquitto'

/** What to call them in a table. */
export const TITLES: Readonly<Record<PeerName, string>> = {
  talos: 'Talos',
  aedes: 'bare Aedes',
  mosquitto: 'Mosquitto + password + ACL',
}

export interface ServerOptions {
  /** Accounts that exist, from 0. */
  readonly stations: number
  readonly readers: number
  /** Ours only: what differs from the limits of production. */
  readonly limits?: Partial<Limits>
  /** Ours and Aedes: flags for Node, such as `--cpu-prof`. */
  readonly nodeFlags?: readonly string[]
}

export interface Peer {
  readonly name: PeerName
  readonly port: number
  readonly child: ChildProcess
  cpuMs(): number
  rssKib(): number
  stop(): Promise<void>
}

const DEBIAN = '/usr/sbin/mosquitto'
export const hasMosquitto = () => existsSync(DEBIAN) && spawnSync('mosquitto_passwd', []).error === undefined

const MODULES = {
  talos: new URL('./talos-server.js', import.meta.url),
  aedes: new URL('./aedes-server.js', import.meta.url),
}

export const startPeer = (name: PeerName, options: ServerOptions): Promise<Peer> =>
  name === 'mosquitto' ? startMosquitto(options) : startOurs(name, options)

async function startOurs(name: 'talos' | 'aedes', options: ServerOptions): Promise<Peer> {
  const child = forkOn(SERVER_CORE, MODULES[name], options.nodeFlags)
  child.send(options)
  const { port } = await messageOf<{ port: number }>(child)
  return peer(name, port, child, () => end(child))
}

function peer(name: PeerName, port: number, child: ChildProcess, stop: () => Promise<void>): Peer {
  const pid = child.pid ?? 0
  return { name, port, child, stop, cpuMs: () => cpuMs(pid), rssKib: () => rssKib(pid) }
}

/** Debian's Mosquitto with its own defaults, a password file (PBKDF2, 101 rounds) and an ACL file with our rights. */
async function startMosquitto({ stations, readers }: ServerOptions): Promise<Peer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'talos-bench-'))
  const file = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text, { mode: 0o600 })
    return path.join(folder, name)
  }
  const ids = (count: number, idOf: (n: number) => string) => Array.from({ length: count }, (_, n) => idOf(n))
  const names = [...ids(stations, stationId), ...ids(readers, readerId)]
  const passwords = file('passwords', names.map((name) => `${name}:${keyOf(name)}\n`).join(''))
  spawnSync('mosquitto_passwd', ['-U', passwords], { stdio: 'ignore' })
  const mayRead = ids(readers, readerId).map((name) => `user ${name}\ntopic read ${EVERY_TELEMETRY}\n`)
  const rights = file(
    'acl',
    `${mayRead.join('\n')}\npattern write talos/bench/gs/%u/telemetry/#\npattern read talos/bench/gs/%u/cmd/#\n`,
  )
  const port = await freePort()
  const config = file(
    'mosquitto.conf',
    [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous false',
      `password_file ${passwords}`,
      `acl_file ${rights}`,
      'set_tcp_nodelay true',
      'persistence false',
      'log_dest none',
      // The files above are this user's alone.
      `user ${userInfo().username}`,
    ].join('\n'),
  )
  const child = spawnOn(SERVER_CORE, DEBIAN, ['-c', config], { stdio: 'ignore' })
  await accepting(port, child)
  return peer('mosquitto', port, child, async () => {
    await end(child)
    rmSync(folder, { recursive: true })
  })
}

async function accepting(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`)
    const socket = connect(port, '127.0.0.1')
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    socket.destroy()
    if (isOpen) return
    await delay(20)
  }
}
