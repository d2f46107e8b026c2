/**
 * Those who may hear a station, and what they have heard.
 * @module
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { MqttClient } from 'mqtt'
import type { Test } from 'tap'
import type { ApiClient } from '../support/client.js'
import type { BareCore } from '../support/core.js'
import { connectSocket, settled, ticketOf } from '../support/live.js'

export interface Heard {
  readonly topic: string
  readonly payload: string
  readonly retain: boolean
}

/** One who listens. */
export class Ear {
  readonly heard: Heard[] = []
  #wake: () => void = () => {}

  constructor(readonly client: MqttClient) {
    client.on('message', (topic, payload, { retain }) => {
      this.heard.push({ topic, payload: payload.toString(), retain })
      this.#wake()
    })
  }

  get topics(): string[] {
    return this.heard.map(({ topic }) => topic)
  }

  /** The first message that fits, as soon as there is one. */
  async until(fits: (message: Heard) => boolean): Promise<Heard> {
    for (;;) {
      const found = this.heard.find(fits)
      if (found !== undefined) return found
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

/** A dashboard: MQTT over WebSocket, opened with the session's cookie and a ticket. */
export async function dashboardOf(t: Test, core: BareCore, person: ApiClient, org: string): Promise<Ear> {
  const client = await connectSocket(t, {
    url: core.url,
    ticket: await ticketOf(person, org),
    origin: core.url,
    cookie: person.cookieHeader,
  })
  const ear = new Ear(client)
  const station = `talos/${org}/gs/+`
  await client.subscribeAsync([`${station}/info`, `${station}/state`, `${station}/telemetry/+`], { qos: 1 })
  return ear
}

/** The director: the only one beside core that hears acks. */
export async function directorOf(t: Test, core: BareCore): Promise<Ear> {
  const password = readFileSync(path.join(core.dataDir, 'director.key'), 'utf8').trim()
  const client = await settled(t, core.mqttUrl, {
    ...{ username: 'svc_director', password, clientId: 'svc_director:7' },
  })
  const ear = new Ear(client)
  const filters = ['info', 'state', 'telemetry/+', 'ack/+'].map((end) => `talos/+/gs/+/${end}`)
  await client.subscribeAsync(filters, { qos: 1 })
  return ear
}
