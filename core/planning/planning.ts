/**
 * Planning: elements, campaigns, passes, contacts, schedules and plans, wired together.
 * @module
 */
import type { Broker } from '../../broker/broker.js'
import { HOUR, SECOND } from '../../shared/time.js'
import type { Context } from '../context.js'
import { ByHand } from './by-hand.js'
import { CallOff } from './call-off.js'
import { Campaigns } from './campaigns.js'
import { Catalogue } from './catalogue.js'
import { Contacts } from './contacts.js'
import { ElementHistory } from './element-history.js'
import { ElementSources } from './element-sources.js'
import { Elements } from './elements.js'
import { Exports } from './exports.js'
import { ForbiddenContacts } from './forbidden.js'
import { HeldPlans } from './held-plans.js'
import { Maintenance } from './maintenance.js'
import { Passes } from './passes.js'
import { Plans } from './plans.js'
import { Previews } from './previews.js'
import { Progress } from './progress.js'
import { Repeated } from './repeated.js'
import { Satellites } from './satellites.js'
import { Schedules } from './schedule.js'
import { Sweep } from './sweep.js'
import { Transmitters } from './transmitters.js'

export interface Planning {
  readonly elements: Elements
  readonly sources: ElementSources
  readonly satellites: Satellites
  readonly history: ElementHistory
  readonly transmitters: Transmitters
  readonly catalogue: Catalogue
  readonly campaigns: Campaigns
  readonly previews: Previews
  readonly passes: Passes
  readonly contacts: Contacts
  readonly callOff: CallOff
  readonly byHand: ByHand
  readonly forbidden: ForbiddenContacts
  readonly maintenance: Maintenance
  readonly schedules: Schedules
  readonly plans: Plans
  readonly progress: Progress
  readonly sweep: Sweep
  readonly exports: Exports
  start(): void
  stop(): Promise<void>
}

const SWEEP_MS = 5 * SECOND
const PRUNE_MS = 1 * HOUR

export function createPlanning(
  context: Context,
  broker: Pick<Broker, 'onMessage' | 'isOnline' | 'publish'>,
): Planning {
  const elements = new Elements(context)
  const satellites = new Satellites(context)
  const sources = new ElementSources(context)
  const contacts = new Contacts(context)
  const plans = new Plans(context, contacts)
  const passes = new Passes(context, satellites)
  const transmitters = new Transmitters(context)
  const schedules = new Schedules(context, contacts)
  const held = new HeldPlans()
  const progress = new Progress(context, broker, contacts, held)
  const sweep = new Sweep(context, contacts, (stationId, contactId) => ({
    online: broker.isOnline(stationId),
    since: held.since(stationId),
    holds: held.holds(stationId, contactId),
  }))
  const rounds = [
    new Repeated('the sweep of contacts', SWEEP_MS, () => sweep.run(), context.log),
    new Repeated('forgetting old elements', PRUNE_MS, () => elements.prune(), context.log),
    new Repeated('forgetting addresses of sources', PRUNE_MS, () => sources.prune(), context.log),
    new Repeated('forgetting old plans', PRUNE_MS, () => plans.prune(), context.log),
  ]
  return {
    elements,
    satellites,
    contacts,
    byHand: new ByHand(context, contacts, passes, satellites),
    forbidden: new ForbiddenContacts(context),
    callOff: new CallOff(contacts, plans, broker, context.log),
    maintenance: new Maintenance(context, contacts, plans, broker),
    plans,
    progress,
    sweep,
    sources,
    history: new ElementHistory(context),
    transmitters,
    catalogue: new Catalogue(context),
    campaigns: new Campaigns(context),
    previews: new Previews(context, satellites, transmitters, passes),
    passes,
    schedules,
    exports: new Exports(context, contacts, passes, schedules),
    start: () => {
      progress.start()
      for (const round of rounds) round.start()
    },
    stop: async () => {
      for (const round of rounds) await round.stop()
      await progress.stop()
    },
  }
}
