/**
 * Live MQTT connections of a browser, as the dashboard opens them.
 * @module
 */
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import type { Test } from 'tap'
import type { ApiClient } from './client.js'
import { ORG } from './core.js'

export interface Ticket {
  readonly ticket: string
  readonly clientId: string
}

/** A ticket for the person of this browser. */
export async function ticketOf(client: ApiClient, org = ORG): Promise<Ticket> {
  const { status, body } = await client.api('POST', '/auth/mqtt-ticket', { org })
  if (status !== 200) throw new Error(`the ticket was answered ${status} ${JSON.stringify(body)}`)
  return body
}

export interface SocketOptions {
  readonly url: string
  readonly ticket: Ticket
  /** As the handshake says it; undefined leaves it out. */
  readonly origin?: string | undefined
  readonly cookie?: string | undefined
  /** A certificate to trust, PEM. */
  readonly ca?: string
}

/** Connects over WebSocket; rejects with what the other side said. Ends with the test. */
export function connectSocket(t: Test, options: SocketOptions): Promise<MqttClient> {
  const { url, ticket, origin, cookie, ca } = options
  const headers = { ...(origin === undefined ? {} : { origin }), ...(cookie === undefined ? {} : { cookie }) }
  return settled(t, `${url.replace(/^http/, 'ws')}/mqtt`, {
    username: 'ticket',
    password: ticket.ticket,
    clientId: ticket.clientId,
    wsOptions: { headers, ...(ca === undefined ? {} : { ca }) },
  })
}

/** Connects and never reconnects. */
export function settled(t: Test, url: string, options: IClientOptions): Promise<MqttClient> {
  const client = mqtt.connect(url, { protocolVersion: 4, reconnectPeriod: 0, keepalive: 30, ...options })
  t.teardown(() => client.end(true))
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve(client))
    client.once('error', reject)
    client.once('close', () => reject(new Error('closed')))
  })
}

/** How long until the connection closes, ms. */
export function closed(client: MqttClient): Promise<number> {
  const from = performance.now()
  return new Promise((resolve) => client.once('close', () => resolve(performance.now() - from)))
}
