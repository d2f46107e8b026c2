/**
 * What the director knows of one organisation. Core is the owner of all of it; this is the last it said.
 * @module
 */
import { type Contact, isTerminal } from '../shared/api/contacts.js'
import type { OnlineState, StationState } from '../shared/messages.js'
import type { Antenna } from './opportunities.js'

export class FleetView {
  readonly antennas = new Map<string, Antenna>()
  readonly contacts = new Map<string, Contact>()
  private readonly states = new Map<string, OnlineState>()

  constructor(readonly org: string) {}

  /** The last state of a station that is connected; null when it is not. */
  stateOf(stationId: string): OnlineState | null {
    return this.states.get(stationId) ?? null
  }

  setState(stationId: string, state: StationState): void {
    if (state.link === 'online') this.states.set(stationId, state)
    else this.states.delete(stationId)
  }

  setAntennas(antennas: readonly Antenna[]): void {
    this.antennas.clear()
    for (const antenna of antennas) this.antennas.set(antenna.station.id, antenna)
  }

  /**
   * Takes what core says stands now, and keeps ended contacts whose plan an agent still holds. One that core does not
   * list and of which no end was heard is forgotten: it may have ended unheard, and core is asked while its plan is held.
   */
  setContacts(contacts: readonly Contact[]): void {
    const held = new Set([...this.states.values()].flatMap((s) => s.plans.map((p) => p.contactId)))
    for (const { id, state } of this.contacts.values())
      if (!held.has(id) || !isTerminal(state)) this.contacts.delete(id)
    for (const contact of contacts) this.setContact(contact)
  }

  setContact(contact: Contact): void {
    this.contacts.set(contact.id, contact)
  }

  contactsOf(stationId: string): Contact[] {
    return [...this.contacts.values()].filter((c) => c.stationId === stationId)
  }
}
