/**
 * `paho-peer.py`: paho in Python as any client of the bus.
 * @module
 */
import type { Test } from 'tap'
import { PYTHON, Tool } from './debian-mqtt.js'

/** Where it goes. */
export interface Way {
  readonly transport: 'tcp' | 'websockets'
  readonly port: number
  /** The file of the certificate to trust, or null: without TLS. */
  readonly ca: string | null
}

export interface Peer {
  readonly username: string
  readonly password: string
  readonly clientId: string
  readonly subscribe?: readonly (readonly [filter: string, qos: number])[]
  /** What it says once it is subscribed. */
  readonly publish?: readonly (readonly [topic: string, payload: string, qos: number, retain: boolean])[]
  /** Of the handshake, beside those that it needs; null: as paho writes them by itself, with an Origin. */
  readonly headers?: Readonly<Record<string, string>> | null
}

/** From build/test/journeys. */
const SCRIPT = new URL('../../../test/journeys/paho-peer.py', import.meta.url).pathname

export const paho = (t: Test, way: Way, peer: Peer): Tool =>
  new Tool(
    t,
    PYTHON,
    [SCRIPT],
    `${JSON.stringify({ subscribe: [], publish: [], headers: {}, ...way, ...peer })}\n`,
  )
