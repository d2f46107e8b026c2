/**
 * People and agents who write to core all at once until it dies, and keep a ledger of what it has acknowledged.
 * @module
 */
import { randomUUID } from 'node:crypto'
import mqtt, { type MqttClient } from 'mqtt'
import type { StationGrant } from '../../shared/api/fleet.js'
import { verifyCommand } from '../../shared/signed.js'
import { topics } from '../../shared/topics.js'
import { Bearer } from './bearer.js'
import { MOUNT } from './joined.js'
import type { Ledger } from './ledger.js'
import { ORG } from './person.js'
import { ack } from './station-messages.js'

const at = (path: string) => `/orgs/${ORG}${path}`
/** What core may answer here besides a 2xx: a limit of its own, and the loser of a race for one token. */
const EXPECTED = new Set([403, 429])

/** A token whose redemption was asked for and not answered. */
export interface Doubt {
  readonly id: string
  readonly secret: string
  readonly nonce: string
}

/** A creation that was asked for under an Idempotency-Key and not answered. */
export interface KeyedDoubt {
  readonly key: string
  readonly name: string
}

/** A station that is connected and accepts what it is told. */
export async function obey(grant: StationGrant, mqttUrl: string): Promise<MqttClient> {
  const { stationId, org, key } = grant
  const client = await mqtt.connectAsync(mqttUrl, {
    ...{ username: stationId, password: key, clientId: stationId },
    ...{ protocolVersion: 4, reconnectPeriod: 0, keepalive: 30 },
  })
  client.on('error', () => {})
  client.on('message', (_topic, payload) => {
    verifyCommand(payload.toString(), grant.signingKeys)
      .then(({ jti, op }) => client.publishAsync(topics.ack(org, stationId, jti), ack(jti, op), { qos: 1 }))
      // Core died with the answer on its way: then nothing was acknowledged.
      .catch(() => {})
  })
  await client.subscribeAsync(topics.command(org, stationId, '#'), { qos: 0 })
  return client
}

/** Redeems a token as an agent with this nonce. */
export const redeem = (url: string, secret: string, nonce: string) =>
  new Bearer(url, null).ask('POST', '/enroll', {
    ...{ token: secret, nonce, mount: MOUNT },
    agent: { version: '0.1.0', hostname: 'pi', platform: 'linux' },
  })

export class Writers {
  readonly doubts: Doubt[] = []
  readonly keyedDoubts: KeyedDoubt[] = []
  /** Tokens that are used up. */
  readonly redeemed: { readonly id: string; readonly secret: string }[] = []
  /** Answers that no one should get. */
  readonly faults: string[] = []
  #isOver = false

  constructor(
    readonly program: Bearer,
    readonly ledger: Ledger,
    /** The station that is connected. */
    readonly mover: string,
  ) {}

  /** Writes until core is gone. */
  async run(): Promise<void> {
    await Promise.all([
      this.#repeat(() => this.#makeStation()),
      this.#repeat(() => this.#enroll()),
      this.#repeat(() => this.#makeCampaign()),
      this.#repeat(() => this.#move()),
    ])
  }

  async #repeat(act: () => Promise<void>): Promise<void> {
    while (!this.#isOver)
      await act().catch(() => {
        // No answer: core is gone.
        this.#isOver = true
      })
  }

  /** The body when it was done; null when core said no. */
  // biome-ignore lint/suspicious/noExplicitAny: as in Answered.
  async #done(method: string, path: string, body?: unknown, headers = {}): Promise<any> {
    const answer = await this.program.ask(method, path, body, headers)
    if (answer.status < 300) return answer.body
    if (!EXPECTED.has(answer.status))
      this.faults.push(`${method} ${path} was answered ${answer.status} ${JSON.stringify(answer.body)}`)
    return null
  }

  async #makeStation(): Promise<void> {
    const doubt = { key: randomUUID(), name: `station ${randomUUID()}` }
    this.keyedDoubts.push(doubt)
    const made = await this.#done(
      'POST',
      at('/stations'),
      { name: doubt.name },
      { 'idempotency-key': doubt.key },
    )
    this.keyedDoubts.splice(this.keyedDoubts.indexOf(doubt), 1)
    if (made === null) return
    this.ledger.stations.set(made.id, 'pending')
    this.ledger.act('station.create', made.id)
  }

  /** Issues a token; two agents try it at once, and one wins (E1). Every other station is revoked again. */
  async #enroll(): Promise<void> {
    const { ledger, program } = this
    const made = await this.#done('POST', at('/enrollment-tokens'), { name: 'x' })
    if (made === null) return
    const { id } = made.item
    ledger.tokens.set(id, false)
    ledger.act('enrollment_token.issue', id)
    const secret = new URL(made.enrollUrl).hash.slice(1)
    const doubts = [randomUUID(), randomUUID()].map((nonce) => ({ id, secret, nonce }))
    this.doubts.push(...doubts)
    const answers = await Promise.all(doubts.map(({ nonce }) => redeem(program.url, secret, nonce)))
    this.doubts.splice(this.doubts.length - doubts.length)
    const won = answers.filter(({ status }) => status === 200)
    if (won.length > 1) this.faults.push(`token ${id} was redeemed ${won.length} times at once`)
    const grant = won[0]?.body.grant
    if (grant === undefined) return
    ledger.tokens.set(id, true)
    this.redeemed.push({ id, secret })
    ledger.stations.set(grant.stationId, 'approved')
    ledger.act('enrollment_token.redeem', id)
    ledger.act('station.key_issue', grant.stationId)
    await this.#revokeSome(grant)
  }

  async #revokeSome({ stationId, name }: StationGrant): Promise<void> {
    const { ledger } = this
    if (ledger.tokens.size % 2 === 0) return
    ledger.stations.set(stationId, null)
    if ((await this.#done('POST', at(`/stations/${stationId}/revoke`), { name })) === null) return
    ledger.stations.set(stationId, 'revoked')
    ledger.act('station.revoke', stationId)
  }

  async #makeCampaign(): Promise<void> {
    const { ledger } = this
    const made = await this.#done('POST', at('/campaigns'), {
      ...{ name: `campaign ${randomUUID()}`, satellites: ['90001'], priority: 5 },
    })
    if (made === null) return
    ledger.campaigns.set(made.id, true)
    ledger.act('campaign.create', made.id)
    if (ledger.campaigns.size % 2 === 0) return
    ledger.campaigns.delete(made.id)
    if ((await this.#done('DELETE', at(`/campaigns/${made.id}`))) === null) return
    ledger.campaigns.set(made.id, false)
    ledger.act('campaign.delete', made.id)
  }

  async #move(): Promise<void> {
    const body = { op: 'move', args: { az: Math.round(Math.random() * 300), el: 30 } }
    const command = await this.#done('POST', at(`/stations/${this.mover}/commands`), body)
    if (command === null) return
    this.ledger.commands.add(command.id)
    this.ledger.act('command.send', command.id)
  }
}
