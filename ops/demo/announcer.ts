/**
 * Tells on the terminal what the contacts of the demo do, a line a change, as a dashboard would hear it: over MQTT on
 * WebSocket, by ticket, read-only.
 * @module
 */
import mqtt, { type MqttClient } from 'mqtt'
import { type Contact, contactMessageSchema } from '../../shared/api/contacts.js'
import { rotTelemetrySchema } from '../../shared/messages.js'
import { type Clock, iso, MINUTE } from '../../shared/time.js'
import { parseTopic, topics } from '../../shared/topics.js'
import { DEMO_ORG, type DemoOwner } from './owner.js'

/** What is further away is booked silently; the dashboard shows it. */
const SOON_MS = 10 * MINUTE
const QUIET: readonly Contact['state'][] = ['proposed', 'scheduled', 'uploaded', 'cancelled']

const degrees = (value: number | null): string => (value === null ? 'unknown' : `${value.toFixed(2)} deg`)

/** The line for a change, or null where it is not worth one. */
export function lineFor(contact: Contact, errDeg: number | null, nowMs: number): string | null {
  if (QUIET.includes(contact.state) && Date.parse(contact.aos) > nowMs + SOON_MS) return null
  const facts = {
    tracking: `error ${degrees(errDeg)}`,
    completed: `on target ${contact.onTargetS?.toFixed(0)} s, rms ${degrees(contact.rmsErrDeg)}`,
    partial: `on target ${contact.onTargetS?.toFixed(0)} s, rms ${degrees(contact.rmsErrDeg)}`,
  } as const
  const said =
    contact.state in facts ? facts[contact.state as keyof typeof facts] : `AOS ${contact.aos.slice(11, 19)}`
  const columns = [
    contact.state.padEnd(10),
    contact.stationName.padEnd(10),
    contact.satelliteName.padEnd(14),
    said,
  ]
  return `${iso(nowMs).slice(11, 19)}  ${columns.join('  ')}`
}

export class Announcer {
  private client: MqttClient | undefined
  private readonly errors = new Map<string, number | null>()
  private readonly last = new Map<string, string>()

  constructor(
    private readonly owner: DemoOwner,
    private readonly clock: Clock,
    private readonly say: (line: string) => void,
  ) {}

  async start(): Promise<void> {
    const { ticket, clientId, username, path } = await this.owner.mqttTicket()
    const client = await mqtt.connectAsync(`${this.owner.url.replace(/^http/, 'ws')}${path}`, {
      protocolVersion: 4,
      clean: true,
      clientId,
      username,
      password: ticket,
      // A ticket opens one connection; the demo ends with its core, so there is nothing to come back to.
      reconnectPeriod: 0,
      wsOptions: { headers: this.owner.headers },
    })
    this.client = client
    client.on('message', (topic, payload) => this.hear(topic, payload))
    await client.subscribeAsync([topics.contact(DEMO_ORG, '+'), topics.telemetry(DEMO_ORG, '+', '+')])
  }

  async stop(): Promise<void> {
    await this.client?.endAsync(true)
  }

  private hear(name: string, payload: Buffer): void {
    const topic = parseTopic(name)
    if (topic?.kind === 'telemetry' && topic.channel === 'rot') {
      const telemetry = rotTelemetrySchema.safeParse(JSON.parse(payload.toString('utf8')))
      if (telemetry.success) this.errors.set(topic.sid, telemetry.data.errDeg)
    } else if (topic?.kind === 'contact') {
      const message = contactMessageSchema.safeParse(JSON.parse(payload.toString('utf8')))
      if (message.success) this.announce(message.data.contact)
    }
  }

  private announce(contact: Contact): void {
    if (this.last.get(contact.id) === contact.state) return
    this.last.set(contact.id, contact.state)
    const line = lineFor(contact, this.errors.get(contact.stationId) ?? null, this.clock.now())
    if (line !== null) this.say(line)
  }
}
