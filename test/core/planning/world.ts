/**
 * Planning on a real database, with a clock that a test sets and stations that say what a test makes them say.
 * @module
 */
import { randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import type { StationMessage } from '../../../broker/contracts.js'
import { AgentRelease } from '../../../core/agent-release.js'
import { Audit } from '../../../core/audit/audit.js'
import { readConfig } from '../../../core/config.js'
import type { Context, Logger } from '../../../core/context.js'
import { CertificateAuthorities } from '../../../core/crypto/certificate-authorities.js'
import { newId } from '../../../core/crypto/ids.js'
import { Sealer } from '../../../core/crypto/seal.js'
import { SigningKeys } from '../../../core/crypto/signing-keys.js'
import { SlowHash } from '../../../core/crypto/slow-hash.js'
import { Events } from '../../../core/events.js'
import type { OrgRef } from '../../../core/http/actor.js'
import type { OrgCaller } from '../../../core/http/caller.js'
import { createPlanning, type Planning } from '../../../core/planning/planning.js'
import type { ScheduleWish } from '../../../core/planning/schedule.js'
import type { Contact } from '../../../shared/api/contacts.js'
import type { Ack, HeldPlan, Mount, Omm, Plan, Receipt } from '../../../shared/messages.js'
import type { StationPrincipal } from '../../../shared/principal.js'
import { iso, MINUTE, systemClock } from '../../../shared/time.js'
import { testDatabase } from '../../support/database.js'
import {
  campaignBody,
  DRY_RUN,
  hashOf,
  MOUNT,
  orbit,
  person,
  planFor,
  receiptFor,
  SITE,
  T0,
} from './fixtures.js'

type WishContact = ScheduleWish['contacts'][number]

/** An organisation with a station, a satellite and a campaign. */
export interface Stage {
  readonly org: OrgRef
  readonly stationId: string
  readonly satelliteId: string
  readonly campaignId: string
  readonly omm: Omm
  readonly director: OrgCaller
  readonly person: OrgCaller
}

export class PlanningWorld {
  now = T0
  readonly announced: Contact[] = []
  readonly refreshed: string[] = []
  readonly errors: string[] = []
  readonly published: { readonly topic: string; readonly payload: string }[] = []
  readonly online = new Set<string>()
  readonly context: Context
  planning: Planning
  #listeners = new Set<(message: StationMessage) => unknown>()
  #nextSatellite = 50_000

  constructor(make: (world: PlanningWorld) => Context) {
    this.context = make(this)
    this.planning = this.#createPlanning()
    this.context.events.on('contact', ({ contact }) => {
      this.announced.push(contact)
    })
    this.context.events.on('refresh', (what) => {
      this.refreshed.push(what)
    })
  }

  get prisma() {
    return this.context.prisma
  }

  #createPlanning(): Planning {
    return createPlanning(this.context, {
      onMessage: (listener) => {
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
      isOnline: (stationId) => this.online.has(stationId),
      publish: (topic, payload) => {
        this.published.push({ topic, payload: String(payload) })
      },
    })
  }

  /** Core ends and starts again: what was only in memory is gone. */
  async restart(): Promise<void> {
    await this.planning.stop()
    this.#listeners.clear()
    this.planning = this.#createPlanning()
    this.planning.progress.start()
  }

  async org(): Promise<OrgRef> {
    const id = newId(this.context.random)
    return await this.prisma.org.create({
      data: { id, slug: `org-${id.slice(0, 8)}`, name: 'Org' },
      select: { id: true, slug: true, name: true },
    })
  }

  async station(org: OrgRef, more: { status?: string; mount?: Mount } = {}): Promise<string> {
    const id = newId(this.context.random)
    const { status = 'approved', mount = MOUNT } = more
    await this.prisma.station.create({
      data: { id, orgId: org.id, name: `station ${id}`, status, mount, ...SITE },
    })
    return id
  }

  async satellite(more: Partial<Omm> = {}): Promise<Omm> {
    const omm = orbit(this.#nextSatellite++, T0 - 6 * 60 * MINUTE, more)
    await this.import([omm])
    return omm
  }

  import(sets: readonly Omm[], source = 'test') {
    return this.planning.elements.import(this.admin, { source, text: JSON.stringify(sets) })
  }

  readonly admin = { actor: person('ada'), address: '192.0.2.1', requestId: 'req-1' }

  /** D1: the director, in an organisation. */
  director(org: OrgRef): OrgCaller {
    return { actor: { kind: 'service', id: 'svc_director' }, org, address: '127.0.0.1', requestId: 'req-2' }
  }

  person(org: OrgRef): OrgCaller {
    return { ...this.admin, org }
  }

  async stage(): Promise<Stage> {
    const org = await this.org()
    const stationId = await this.station(org)
    const omm = await this.satellite()
    const satelliteId = String(omm.NORAD_CAT_ID)
    const campaign = await this.planning.campaigns.create(this.person(org), campaignBody([satelliteId]))
    const callers = { director: this.director(org), person: this.person(org) }
    return { org, stationId, satelliteId, campaignId: campaign.id, omm, ...callers }
  }

  /** A contact as the director wishes it: `startMin` minutes from now, ten minutes long. */
  wish(
    { stationId, satelliteId, campaignId, omm }: Stage,
    startMin: number,
    more: Partial<WishContact> = {},
  ) {
    const aos = this.now + startMin * MINUTE
    const contact: WishContact = {
      stationId,
      satelliteId,
      campaignId,
      priority: 5,
      worth: 3000,
      aos: iso(aos),
      tca: iso(aos + 5 * MINUTE),
      los: iso(aos + 10 * MINUTE),
      aosAz: 10,
      losAz: 190,
      maxEl: 60,
      elementsHash: hashOf(omm),
      elementsEpoch: iso(Date.parse(`${omm.EPOCH}Z`)),
      ...{ downlinkHz: null, uplinkHz: null, prepassS: 0, postpassS: 0, shiftBeams: null },
      ...more,
    }
    return contact
  }

  put(stage: Stage, contacts: readonly WishContact[], more: Partial<ScheduleWish> = {}) {
    return this.planning.schedules.apply(stage.director, {
      from: iso(this.now),
      to: iso(this.now + 1440 * MINUTE),
      value: 1,
      bound: null,
      wholeAt: null,
      contacts: [...contacts],
      refused: [],
      refusedCount: 0,
      unmet: [],
      ...more,
    })
  }

  /** A booked contact that begins in `startMin` minutes. */
  async booked(stage: Stage, startMin = 30): Promise<Contact> {
    const { contacts } = await this.put(stage, [this.wish(stage, startMin)])
    const [contact] = contacts
    if (contact === undefined) throw new Error('nothing was booked')
    return contact
  }

  sign(stage: Stage, contact: Contact, more: Partial<Plan> = {}) {
    const plan = planFor(contact, stage.omm, more)
    return this.planning.plans.sign(stage.director, contact.id, { plan, dryRun: DRY_RUN })
  }

  /** A station speaks, and core has listened when this resolves. */
  async hear(
    stage: Pick<Stage, 'stationId' | 'org'>,
    said: { state: readonly HeldPlan[] } | { ack: Ack } | 'offline',
  ) {
    const { org, stationId } = stage
    const principal: StationPrincipal = {
      kind: 'station',
      ...{ id: stationId, org: org.slug, credentialId: 'key', capabilities: ['rotator'] },
    }
    const common = { receivedAt: this.now, principal }
    const base = { ts: iso(this.now), bootId: 'boot-0001' }
    const message: StationMessage =
      said !== 'offline' && 'ack' in said
        ? {
            ...common,
            kind: 'ack',
            topic: { kind: 'ack', org: org.slug, sid: stationId, jti: said.ack.jti },
            message: said.ack,
          }
        : {
            ...common,
            kind: 'state',
            topic: { kind: 'state', org: org.slug, sid: stationId },
            message:
              said === 'offline'
                ? { ...base, link: 'offline' }
                : { ...base, seq: 1, link: 'online', state: 'idle', code: null, plans: [...said.state] },
          }
    for (const listener of this.#listeners) listener(message)
    await this.planning.progress.idle()
  }

  ack(contactId: string, more: Partial<Ack> = {}): { ack: Ack } {
    const body = {
      ts: iso(this.now),
      jti: 'ack-00001',
      op: 'plan',
      result: 'accepted',
      code: null,
      contactId,
    } as const
    return { ack: { ...body, ...more } }
  }

  receipt(contactId: string, more: Partial<Receipt> = {}): { ack: Ack } {
    return this.ack(contactId, { result: 'done', receipt: receiptFor(contactId, this.now, more) })
  }

  /** States through which a contact went. */
  async history(id: string): Promise<string[]> {
    const events = await this.prisma.contactEvent.findMany({
      where: { contactId: id },
      orderBy: { id: 'asc' },
    })
    return events.map((event) => event.to)
  }

  async state(id: string): Promise<{ state: string; cause: string; actor: string }> {
    return await this.prisma.contact.findUniqueOrThrow({
      where: { id },
      select: { state: true, cause: true, actor: true },
    })
  }

  async trail(
    targetId: string,
  ): Promise<{ action: string; outcome: string; actorId: string; detail: unknown }[]> {
    await this.context.audit.drain()
    return await this.prisma.auditEvent.findMany({
      where: { targetId },
      orderBy: { id: 'asc' },
      select: { action: true, outcome: true, actorId: true, detail: true },
    })
  }
}

const random = (bytes: number) => randomBytes(bytes)

/** A world for a test file; each test makes its own stage in it. */
export async function planningWorld(t: Test): Promise<PlanningWorld> {
  const { prisma } = await testDatabase(t)
  const sealer = new Sealer(random(32), random)
  const signingKeys = new SigningKeys(prisma, sealer, systemClock)
  await signingKeys.start()
  const world = new PlanningWorld((self) => {
    const clock = { now: () => self.now, monotonic: () => self.now }
    const log: Logger = {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (fields, message) => {
        self.errors.push(
          `${message} ${typeof fields === 'string' ? fields : (fields as { err?: unknown }).err}`,
        )
      },
    }
    const events = new Events((error, name) => log.error({ err: error }, `a listener of ${name} failed`))
    const audit = new Audit(prisma, clock, log)
    const addresses = { publicUrl: 'https://talos.example.org', mqttUrl: 'mqtt://127.0.0.1:1883' }
    return {
      prisma,
      clock,
      log,
      events,
      audit,
      random,
      addresses,
      signingKeys,
      authorities: new CertificateAuthorities({ prisma, sealer, clock, random, audit }),
      slowHash: new SlowHash(),
      agentRelease: new AgentRelease('/nowhere'),
      config: readConfig({}),
    }
  })
  world.planning.progress.start()
  t.teardown(async () => {
    await world.planning.stop()
    await world.context.audit.drain()
  })
  return world
}
