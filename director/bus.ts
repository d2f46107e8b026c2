/**
 * The director's connection to the broker: hears states, contacts and refreshes, publishes plans (D1).
 * @module
 */
import mqtt, { type MqttClient } from 'mqtt'
import type { z } from 'zod'
import { contactMessageSchema } from '../shared/api/contacts.js'
import { type Refresh, refreshSchema, type StationState, stateSchema } from '../shared/messages.js'
import { parseTopic, SYSTEM_REFRESH, topics } from '../shared/topics.js'

export interface Log {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
  error(fields: object, text: string): void
}

export interface BusEvents {
  state(org: string, stationId: string, state: StationState): void
  contact(org: string, message: z.infer<typeof contactMessageSchema>): void
  refresh(what: Refresh['what']): void
  /** After each CONNACK: what was missed must be asked for. */
  connected(): void
}

/** First and longest pause between attempts, ms; full jitter in between, so that many directors do not arrive at once. */
const RETRY_MIN_MS = 1000
const RETRY_MAX_MS = 30_000

export class Bus {
  private client: MqttClient | undefined
  private retry: NodeJS.Timeout | undefined
  private attempts = 0
  private stopped = true

  constructor(
    private readonly options: {
      readonly url: string
      readonly key: () => string
      readonly random: () => number
    },
    private readonly events: BusEvents,
    private readonly log: Log,
  ) {}

  start(): void {
    this.stopped = false
    this.connect()
  }

  async stop(): Promise<void> {
    this.stopped = true
    clearTimeout(this.retry)
    await this.client?.endAsync(true)
  }

  get connected(): boolean {
    return this.client?.connected === true
  }

  /** Sends a signed plan or withdrawal; resolves when the broker has it. */
  async publishPlan(org: string, stationId: string, contactId: string, jws: string): Promise<void> {
    if (this.client?.connected !== true) return
    await this.client.publishAsync(topics.plan(org, stationId, contactId), jws, { qos: 1 })
  }

  private connect(): void {
    let password: string
    try {
      password = this.options.key()
    } catch (error) {
      this.again(error instanceof Error ? error.message : String(error))
      return
    }
    const client = mqtt.connect(this.options.url, {
      protocolVersion: 4,
      clean: true,
      keepalive: 30,
      clientId: `svc_director:${process.pid}`,
      username: 'svc_director',
      password,
      // Our own loop: a refused CONNECT must read the key anew, which MQTT.js cannot.
      reconnectPeriod: 0,
    })
    this.client = client
    let refusal = 'the connection was closed'
    client.on('connect', () => {
      this.attempts = 0
      void this.subscribe(client)
    })
    client.on('message', (topic, payload) => this.receive(topic, payload))
    client.on('error', (error) => {
      refusal = error.message
    })
    client.on('close', () => {
      if (client === this.client) {
        client.end(true)
        this.again(refusal)
      }
    })
  }

  private again(reason: string): void {
    if (this.stopped) return
    const ceiling = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** this.attempts++)
    const wait = RETRY_MIN_MS / 2 + this.options.random() * ceiling
    this.log.warn({ reason, waitMs: Math.round(wait) }, 'not connected to the broker; trying again')
    clearTimeout(this.retry)
    this.retry = setTimeout(() => this.connect(), wait)
  }

  private async subscribe(client: MqttClient): Promise<void> {
    try {
      await client.subscribeAsync([topics.state('+', '+'), topics.contact('+', '+'), SYSTEM_REFRESH], {
        qos: 1,
      })
      this.events.connected()
    } catch (error) {
      this.log.error({ err: error }, 'the broker refused a subscription of the director')
      client.end(true)
    }
  }

  private receive(name: string, payload: Buffer): void {
    const topic = parseTopic(name)
    let body: unknown
    try {
      body = JSON.parse(payload.toString('utf8'))
    } catch {
      this.log.warn({ topic: name }, 'a message that is not JSON was ignored')
      return
    }
    const ignore = (detail: string) =>
      this.log.warn({ topic: name, detail }, 'a message that breaks its schema was ignored')
    if (topic?.kind === 'state') {
      const state = stateSchema.safeParse(body)
      if (state.success) this.events.state(topic.org, topic.sid, state.data)
      else ignore(state.error.message)
    } else if (topic?.kind === 'contact') {
      const message = contactMessageSchema.safeParse(body)
      if (message.success) this.events.contact(topic.org, message.data)
      else ignore(message.error.message)
    } else if (topic?.kind === 'refresh') {
      const message = refreshSchema.safeParse(body)
      if (message.success) this.events.refresh(message.data.what)
      else ignore(message.error.message)
    }
  }
}
