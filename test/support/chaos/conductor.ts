/**
 * The director's end of the chaos run: books the passes that were chosen beforehand, has them signed, sends plans that a
 * station lacks, withdraws those whose receipt core has; and writes down all that stations say of them.
 * @module
 */
import mqtt, { type MqttClient } from 'mqtt'
import pg from 'pg'
import { CoreClient } from '../../../director/core-client.js'
import { buildPlan } from '../../../director/plan.js'
import { contactStateSchema, isTerminal } from '../../../shared/api/contacts.js'
import { scheduleRequest } from '../../../shared/api/schedule.js'
import type { Ack, OnlineState } from '../../../shared/messages.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import { iso, SECOND } from '../../../shared/time.js'
import { parseTopic, topics } from '../../../shared/topics.js'
import type { CoreProgram } from './core-program.js'
import type { Slot } from './sky.js'
import type { Station } from './station.js'

const ORG = 'main'
/** Plans are on the station this long before they begin: a few are always there to be damaged. */
const LEAD_MS = 75 * SECOND
const RESEND_MS = 3 * SECOND
const LOOK_MS = 400
/** A latched hold is looked at by a person, and released, after this long. */
const RELEASE_AFTER_MS = 2 * SECOND

export interface Flight {
  readonly contactId: string
  readonly station: Station
  readonly slot: Slot
}

/** What core has of a contact in the end. */
export interface ContactRow {
  readonly id: string
  readonly state: string
  readonly cause: string
  readonly planHash: string | null
  readonly receiptAt: Date | null
  // biome-ignore lint/suspicious/noExplicitAny: as it is stored.
  readonly receipt: any
  /** States through which it went. */
  readonly history: readonly string[]
}

const UNTUNED = { prepassS: 0, downlinkHz: null, uplinkHz: null } as const

export class Conductor {
  readonly flights: Flight[] = []
  /** Receipts as they came over the bus, by contact: each text, however often. */
  readonly receipts = new Map<string, string[]>()
  readonly #client: CoreClient
  readonly #pool: pg.Pool
  #bus: MqttClient | null = null
  readonly #states = new Map<string, OnlineState>()
  readonly #heldSince = new Map<string, number>()
  readonly #sent = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #work: Promise<void> = Promise.resolve()
  #isBusy = false
  releases = 0

  constructor(
    private readonly core: CoreProgram,
    databaseUrl: string,
  ) {
    this.#client = new CoreClient(core.url, () => core.directorKey)
    this.#pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  }

  /** Elements, campaigns, contacts. Each station must be connected: core knows its mount then. */
  async book(days: readonly { readonly station: Station; readonly slots: readonly Slot[] }[]): Promise<void> {
    const sats = new Map(days.flatMap(({ slots }) => slots.map(({ sat }) => [sat.id, sat] as const)))
    const text = [...sats.values()].map((sat) => sat.text).join('\n')
    await this.core.ask('POST', '/elements/import', { source: 'upload:chaos', text })
    const records = new Map(
      await Promise.all([...sats.keys()].map(async (id) => [id, await this.#client.satellite(id)] as const)),
    )
    const contacts = []
    for (const { station, slots } of days) {
      const campaign = await this.core.ask('POST', `/orgs/${ORG}/campaigns`, {
        name: `Chaos at ${station.post.name}`,
        priority: 5,
        satellites: slots.map(({ sat }) => sat.id),
        stations: [station.id],
        allowStale: true,
        minDurationS: 10,
      })
      for (const { sat, aosMs, tcaMs, losMs, ...rest } of slots) {
        const record = records.get(sat.id)
        if (record === undefined) throw new Error(`core has no elements of ${sat.id}`)
        contacts.push({
          ...rest,
          ...{ stationId: station.id, satelliteId: sat.id, campaignId: campaign.id, priority: 5 },
          ...{ aos: iso(aosMs), tca: iso(tcaMs), los: iso(losMs) },
          ...{ elementsHash: record.elementsHash, elementsEpoch: record.epoch },
        })
      }
    }
    const last = Math.max(...days.flatMap(({ slots }) => slots.map(({ losMs }) => losMs)))
    const wish = { from: iso(Date.now()), to: iso(last), value: 1, bound: null, contacts, refused: [] }
    const { contacts: booked } = await this.#client.putSchedule(ORG, scheduleRequest.parse(wish))
    for (const { station, slots } of days)
      for (const slot of slots) {
        const contact = booked.find((c) => c.stationId === station.id && Date.parse(c.aos) === slot.aosMs)
        if (contact === undefined) throw new Error(`core did not book ${slot.sat.id}`)
        this.flights.push({ contactId: contact.id, station, slot })
      }
  }

  start(): void {
    const bus = mqtt.connect(this.core.mqttUrl, {
      ...{ username: 'svc_director', clientId: 'svc_director:1', password: this.core.directorKey },
      ...{ protocolVersion: 4, reconnectPeriod: 300, keepalive: 10, resubscribe: false },
    })
    this.#bus = bus
    bus.on('error', () => undefined)
    bus.on('connect', () => {
      bus.subscribe([topics.state('+', '+'), 'talos/+/gs/+/ack/+'], { qos: 1 }, () => undefined)
    })
    bus.on('message', (topic, payload) => this.#hear(topic, payload.toString()))
    this.#timer = setInterval(() => {
      if (this.#isBusy) return
      this.#isBusy = true
      this.#work = this.#look().finally(() => {
        this.#isBusy = false
      })
    }, LOOK_MS)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#work
    await this.#bus?.endAsync(true)
    await this.#pool.end()
  }

  isOnline(station: Station): boolean {
    return this.#states.has(station.id)
  }

  /** The plans that a station says it holds. */
  planPhase(station: Station, contactId: string): string | null {
    return this.#states.get(station.id)?.plans.find((p) => p.contactId === contactId)?.phase ?? null
  }

  async rows(): Promise<ContactRow[]> {
    const { rows } = await this.#pool.query(
      `SELECT c."id", c."state", c."cause", c."planHash", c."receiptAt", c."receipt",
              ARRAY(SELECT e."to" FROM "ContactEvent" e WHERE e."contactId" = c."id" ORDER BY e."id") AS "history"
         FROM "Contact" c`,
    )
    return rows
  }

  #hear(topic: string, payload: string): void {
    const parsed = parseTopic(topic)
    if (parsed?.kind === 'state') {
      const state = JSON.parse(payload)
      if (state.link === 'online') this.#states.set(parsed.sid, state)
      else this.#states.delete(parsed.sid)
      if (state.state !== 'safe_hold') this.#heldSince.delete(parsed.sid)
      else if (!this.#heldSince.has(parsed.sid)) this.#heldSince.set(parsed.sid, Date.now())
    } else if (parsed?.kind === 'ack') {
      const { receipt, op, result, contactId } = JSON.parse(payload) as Ack
      if (op === 'plan' && result === 'rejected' && contactId !== undefined) this.#sent.delete(contactId)
      if (receipt === undefined) return
      const told = this.receipts.get(receipt.contactId) ?? []
      this.receipts.set(receipt.contactId, [...told, JSON.stringify(receipt)])
    }
  }

  async #look(): Promise<void> {
    try {
      if (this.#bus?.connected !== true) return
      const rows = new Map((await this.rows()).map((row) => [row.id, row]))
      for (const flight of this.flights) {
        const row = rows.get(flight.contactId)
        if (row !== undefined) await this.#tend(flight, row)
      }
      await this.#release()
    } catch {
      // Core is away, or was in the middle of this: the next look does what is left.
    }
  }

  async #tend(flight: Flight, row: ContactRow): Promise<void> {
    const { contactId, station, slot } = flight
    const now = Date.now()
    const state = this.#states.get(station.id)
    if (state === undefined || now - (this.#sent.get(contactId) ?? 0) < RESEND_MS) return
    const isHeld = state.plans.some((plan) => plan.contactId === contactId)
    const isOver = isTerminal(contactStateSchema.parse(row.state))
    if (isHeld && isOver && row.receiptAt !== null) {
      this.#sent.set(contactId, now)
      const { jws } = await this.#client.withdrawal(ORG, contactId)
      await this.#publish(station, contactId, jws)
    } else if (!isHeld && !isOver && slot.aosMs - LEAD_MS <= now && slot.losMs > now) {
      this.#sent.set(contactId, now)
      await this.#publish(station, contactId, await this.#signed(flight, row))
    }
  }

  async #publish(station: Station, contactId: string, jws: string): Promise<void> {
    const topic = topics.plan(ORG, station.id, contactId)
    await new Promise<void>((resolve) => this.#bus?.publish(topic, jws, { qos: 1 }, () => resolve()))
  }

  async #signed({ contactId, station, slot }: Flight, row: ContactRow): Promise<string> {
    if (row.planHash !== null) return (await this.#client.signedPlan(ORG, contactId)).jws
    const { omm, elementsHash } = await this.#client.satellite(slot.sat.id)
    const { site, mount } = station.post
    const facts = {
      ...slot,
      contactId,
      satelliteId: slot.sat.id,
      elementsHash,
      ...UNTUNED,
      onEnd: 'stop' as const,
    }
    const { plan, dryRun } = buildPlan(facts, satelliteFrom(omm), site, mount, Date.now())
    return (await this.#client.signPlan(ORG, contactId, plan, { ...dryRun, tableErrDeg: 0 })).jws
  }

  /** A person sees that a station holds, and lets it go on; where the agent wants somebody beside it, from there. */
  async #release(): Promise<void> {
    for (const [sid, since] of this.#heldSince) {
      const station = this.flights.find((flight) => flight.station.id === sid)?.station
      if (station === undefined || Date.now() - since < RELEASE_AFTER_MS || !this.#states.has(sid)) continue
      this.#heldSince.set(sid, Date.now())
      this.releases += 1
      await this.core
        .ask('POST', `/orgs/${ORG}/stations/${sid}/commands`, { op: 'release', args: {} })
        .catch(() => undefined)
      await station.release().catch(() => undefined)
    }
  }
}
