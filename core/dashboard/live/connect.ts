/**
 * One MQTT connection over the WebSocket of core, by ticket, read-only (W2, B4).
 * @module
 */
import type { z } from 'zod'
import type { mqttTicketResponse } from '../../../shared/api/auth.js'
import { topics } from '../../../shared/topics.js'
import type { Connection } from '../logic/live-link.js'

export type Ticket = z.infer<typeof mqttTicketResponse>

/**
 * Browsers slow the timers of a hidden tab down to one a minute; the broker gives up after one and a half times this.
 * Its own limit is 60 (B21).
 */
const KEEPALIVE_S = 60
const CONNECT_TIMEOUT_MS = 10_000

const filters = (org: string): string[] => [
  topics.state(org, '+'),
  topics.info(org, '+'),
  topics.telemetry(org, '+', '+'),
  topics.control(org, '+'),
  topics.contact(org, '+'),
]

/** Subscriptions that were refused have this reason code (MQTT 3.1.1, 3.9.3). */
const REFUSED = 128

/** Connects with the ticket and subscribes to the own organisation. Rejects when either is refused. */
export async function connect(
  ticket: Ticket,
  org: string,
  onMessage: (topic: string, payload: Uint8Array) => void,
): Promise<Connection> {
  // Half of this program's size, and of no use before somebody has signed in.
  const { default: mqtt } = await import('mqtt')
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
  const client = mqtt.connect(`${scheme}//${location.host}${ticket.path}`, {
    protocolVersion: 4,
    clientId: ticket.clientId,
    username: ticket.username,
    password: ticket.ticket,
    clean: true,
    keepalive: KEEPALIVE_S,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // W11: a ticket is good for one CONNECT; the next attempt needs a new one.
    reconnectPeriod: 0,
    // The worker that the library would make from a blob: address is against the content policy.
    timerVariant: 'native',
  })
  let failure = 'the connection was closed'
  client.on('message', onMessage)
  client.on('error', (error) => {
    failure = error.message
  })
  const ended = new Promise<string>((resolve) => {
    client.on('close', () => {
      client.end(true)
      resolve(failure)
    })
  })
  const close = () => {
    client.end(true)
  }
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve())
    void ended.then((why) => reject(new Error(why)))
  })
  const granted = await client.subscribeAsync(filters(org), { qos: 1 })
  if (granted.some((g) => g.qos === REFUSED)) {
    close()
    throw new Error('the broker refused the subscription')
  }
  return { ended, close }
}
