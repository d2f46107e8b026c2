/**
 * Calling a contact off: in the database, and at once at the station. The director withdraws plans too, but an antenna
 * must not go on because the director is away.
 * @module
 */
import type { Broker } from '../../broker/broker.js'
import type { Contact } from '../../shared/api/contacts.js'
import { topics } from '../../shared/topics.js'
import type { Logger } from '../context.js'
import type { OrgCaller } from '../http/caller.js'
import type { Contacts } from './contacts.js'
import type { Plans } from './plans.js'

export class CallOff {
  constructor(
    private readonly contacts: Pick<Contacts, 'cancel'>,
    private readonly plans: Pick<Plans, 'withdraw'>,
    private readonly bus: Pick<Broker, 'publish' | 'isOnline'>,
    private readonly log: Logger,
  ) {}

  /** See `Contacts.cancel`; a station that is there and may hold the plan is told to forget it. */
  async cancel(caller: OrgCaller, id: string, reason: string): Promise<Contact> {
    const contact = await this.contacts.cancel(caller, id, reason)
    if (contact.planSeq === null || !this.bus.isOnline(contact.stationId)) return contact
    try {
      const { jws } = await this.plans.withdraw(caller, id)
      this.bus.publish(topics.plan(contact.org, contact.stationId, id), jws)
    } catch (error) {
      // It is called off all the same, and the director withdraws what the station still says it holds.
      this.log.error({ err: error, contact: id }, 'a station was not told that a contact is called off')
    }
    return contact
  }
}
