/**
 * Brings the plans that core signed to the agents, and takes away what is over: reconciliation by the agent's digest.
 * @module
 */
import type { Contact } from '../shared/api/contacts.js'
import { TalosError } from '../shared/errors.js'
import { satelliteFrom } from '../shared/orbit/propagate.js'
import { type Clock, MINUTE, SECOND } from '../shared/time.js'
import type { Bus, Log } from './bus.js'
import type { CoreClient } from './core-client.js'
import type { FleetView } from './fleet-view.js'
import { buildPlan } from './plan.js'
import { reconcile } from './reconcile.js'
import type { SatelliteCatalogue } from './satellites.js'
import type { SignedPlan } from './signed-plan.js'
import type { SignedPlans } from './signed-plans.js'
import { tableErrorDeg } from './table-error.js'

/** An agent that got a plan says so in its next state; only then, or after this, is it sent again. */
const RESEND_MS = 10 * SECOND
/**
 * Plans of one station between here and its next state. A slow line must not choke on a day of plans: the broker drops
 * what it cannot get rid of. The soonest go first.
 */
const MOST_UNDER_WAY = 8
/** A plan that could not be made or signed is tried again after this. */
const RETRY_MS = MINUTE
/** And a withdrawal after this: meanwhile the antenna may be on its way. */
const RETRY_WITHDRAWAL_MS = 2 * SECOND
const WITHDRAWAL = 'withdrawal'
/** With nothing to do for this long after a contact, the antenna parks (field.md B5). */
const PARK_IDLE_MS = 15 * MINUTE

export class Dispatcher {
  /** What was sent last for a contact: the hash of a plan, or its withdrawal. */
  private readonly sent = new Map<string, { readonly what: string; readonly at: number }>()
  /** By contact, and by withdrawal of a contact. */
  private readonly failedAt = new Map<string, number>()

  constructor(
    private readonly core: CoreClient,
    private readonly signed: SignedPlans,
    private readonly bus: Pick<Bus, 'publishPlan' | 'connected'>,
    private readonly catalogue: SatelliteCatalogue,
    private readonly options: { readonly planLeadMs: number },
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * One look at one station.
   * @returns true when elements are newer than the schedule, so that a replan must come first
   */
  async dispatch(view: FleetView, stationId: string): Promise<boolean> {
    const state = view.stateOf(stationId)
    if (state === null || !this.bus.connected) return false
    await this.learn(view, stationId)
    const now = this.clock.now()
    const look = () =>
      reconcile(state.plans, view.contactsOf(stationId), now, now + this.options.planLeadMs, (contact) =>
        this.isCurrent(contact),
      )
    const { unknown } = look()
    // A station that makes contacts up gets one question a look, not one for each.
    for (const id of unknown) if (!(await this.ask(view, stationId, id))) break
    const { sign, send, withdraw } = look()
    // First what must not be flown any more: it waits for no signature and no lost plan.
    for (const id of withdraw) await this.withdraw(view.org, stationId, id)
    const waiting = send.filter((c) => !this.isUnderWay(c.id, c.planHash ?? ''))
    let room = MOST_UNDER_WAY - (send.length - waiting.length)
    let outdated = false
    for (const contact of [...sign, ...waiting].sort((a, b) => a.aos.localeCompare(b.aos))) {
      if (room-- <= 0) break
      if (sign.includes(contact)) outdated = (await this.sign(view, contact)) || outdated
      else await this.send(view.org, contact)
    }
    return outdated
  }

  /** Forgets what is kept of contacts that are gone. */
  prune(alive: ReadonlySet<string>): void {
    this.signed.prune(alive)
    for (const map of [this.sent, this.failedAt])
      for (const id of map.keys()) if (!alive.has(id)) map.delete(id)
  }

  private isCurrent(contact: Contact): boolean {
    const plan = this.signed.known(contact.id)
    return (
      plan !== undefined &&
      plan.hash === contact.planHash &&
      plan.elementsHash === contact.elementsHash &&
      plan.aos === contact.aos
    )
  }

  /** After a restart, plans that were signed before are asked back from core. */
  private async learn(view: FleetView, stationId: string): Promise<void> {
    for (const contact of view.contactsOf(stationId)) {
      if (contact.planHash === null || contact.state !== 'scheduled') continue
      if (this.signed.known(contact.id)?.hash === contact.planHash || this.hasFailed(contact.id)) continue
      await this.fetch(view.org, contact)
    }
  }

  /** Null when core does not have it, or something else in its place: the other contacts do not wait for that. */
  private async fetch(org: string, contact: Contact): Promise<SignedPlan | null> {
    try {
      return await this.signed.of(org, contact)
    } catch (error) {
      this.note(error, contact.id, 'a signed plan could not be had')
      return null
    }
  }

  /** What core refuses for one contact is tried again later. @throws whatever is no TalosError */
  private note(error: unknown, name: string, text: string): void {
    if (!(error instanceof TalosError)) throw error
    this.failedAt.set(name, this.clock.now())
    this.log.warn({ contact: name, code: error.code, reason: error.detail }, text)
  }

  private isUnderWay(contactId: string, what: string): boolean {
    const last = this.sent.get(contactId)
    return last?.what === what && this.clock.now() - last.at < RESEND_MS
  }

  private hasFailed(name: string, retryMs = RETRY_MS): boolean {
    return this.clock.now() - (this.failedAt.get(name) ?? Number.NEGATIVE_INFINITY) < retryMs
  }

  private async sign(view: FleetView, contact: Contact): Promise<boolean> {
    const antenna = view.antennas.get(contact.stationId)
    if (antenna === undefined || this.hasFailed(contact.id)) return false
    const record = (await this.catalogue.records([contact.satelliteId])).get(contact.satelliteId)
    if (record?.elementsHash !== contact.elementsHash) return record !== undefined
    try {
      const satellite = satelliteFrom(record.omm)
      const { plan, dryRun } = buildPlan(
        {
          contactId: contact.id,
          satelliteId: contact.satelliteId,
          elementsHash: contact.elementsHash,
          aosMs: Date.parse(contact.aos),
          tcaMs: Date.parse(contact.tca),
          losMs: Date.parse(contact.los),
          prepassS: contact.prepassS,
          downlinkHz: contact.downlinkHz,
          uplinkHz: contact.uplinkHz,
          // What is still to be done after the pass is done where the pass ended.
          onEnd: contact.postpassS === 0 && isIdleAfter(view, contact) ? 'park' : 'stop',
        },
        satellite,
        antenna.site,
        antenna.mount,
        this.clock.now(),
      )
      const said = { ...dryRun, tableErrDeg: tableErrorDeg(plan, satellite, antenna.site) }
      const answer = await this.core.signPlan(view.org, contact.id, plan, said)
      this.signed.learn(contact.id, answer)
      this.log.info({ contact: contact.id, seq: answer.seq, dryRun: said }, 'a plan was signed')
      await this.publish(view.org, contact.stationId, {
        contactId: contact.id,
        jws: answer.jws,
        what: answer.hash,
      })
    } catch (error) {
      this.note(error, contact.id, 'no plan for a contact')
    }
    return false
  }

  private async send(org: string, contact: Contact): Promise<void> {
    const plan = await this.fetch(org, contact)
    if (plan === null) return
    await this.publish(org, contact.stationId, { contactId: contact.id, jws: plan.jws, what: plan.hash })
  }

  private async withdraw(org: string, stationId: string, contactId: string): Promise<void> {
    // By a name of its own: that there was no plan to be had says nothing about taking one back.
    const name = `${WITHDRAWAL} ${contactId}`
    if (this.hasFailed(name, RETRY_WITHDRAWAL_MS) || this.isUnderWay(contactId, WITHDRAWAL)) return
    try {
      const { jws } = await this.core.withdrawal(org, contactId)
      await this.publish(org, stationId, { contactId, jws, what: WITHDRAWAL })
    } catch (error) {
      this.note(error, name, 'a plan could not be withdrawn')
    }
  }

  /** False when this station has no such contact, or core cannot say. */
  private async ask(view: FleetView, stationId: string, contactId: string): Promise<boolean> {
    if (this.hasFailed(contactId)) return true
    try {
      const { events: _events, receipt: _receipt, ...contact } = await this.core.contact(view.org, contactId)
      if (contact.stationId !== stationId)
        throw new TalosError('not_found', `It is a contact of station ${contact.stationId}.`)
      view.setContact(contact)
      return true
    } catch (error) {
      this.note(error, contactId, `station ${stationId} holds a plan that is none of its own`)
      return false
    }
  }

  private async publish(
    org: string,
    stationId: string,
    { contactId, jws, what }: { contactId: string; jws: string; what: string },
  ): Promise<void> {
    this.sent.set(contactId, { what, at: this.clock.now() })
    await this.bus.publishPlan(org, stationId, contactId, jws)
  }
}

const isIdleAfter = (view: FleetView, contact: Contact): boolean => {
  const los = Date.parse(contact.los)
  return !view
    .contactsOf(contact.stationId)
    .some(
      (c) =>
        c.id !== contact.id && Date.parse(c.aos) >= los - SECOND && Date.parse(c.aos) < los + PARK_IDLE_MS,
    )
}
