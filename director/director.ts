/**
 * The director: which station follows which satellite, and when. No database: all it knows it asks core for, all it
 * decides it tells core, and what core signed it carries to the agents.
 * @module
 */
import type { Refresh } from '../shared/messages.js'
import type { Clock } from '../shared/time.js'
import { isSpent } from './bookings.js'
import { Bus, type Log } from './bus.js'
import { type DirectorConfig, HOUSEKEEPING_MS, readServiceKey } from './config.js'
import { CoreClient } from './core-client.js'
import { Dispatcher } from './dispatcher.js'
import { Drifts } from './drift.js'
import type { Flight } from './dry-run.js'
import { DryRuns } from './dry-runs.js'
import { ElementSources } from './element-sources.js'
import { ElementsFile } from './elements-file.js'
import { FleetView } from './fleet-view.js'
import { PassPool } from './pass-pool.js'
import { Planner } from './planner.js'
import { SatelliteCatalogue } from './satellites.js'
import type { Question, Solved } from './schedule-worker.js'
import { SignedPlans } from './signed-plans.js'
import { Thread } from './thread.js'
import { Worker } from './worker.js'

/** What core says has changed, and changes what shall be booked. */
const REPLAN_AFTER: ReadonlySet<Refresh['what']> = new Set(['stations', 'campaigns', 'elements', 'contacts'])

export interface DirectorDeps {
  readonly clock: Clock
  readonly log: Log
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number
}

export class Director {
  private readonly core: CoreClient
  private readonly bus: Bus
  private readonly catalogue: SatelliteCatalogue
  private readonly pool = new PassPool()
  private readonly solver = new Thread<Question, Solved>(
    new URL('./schedule-worker.js', import.meta.url),
    'search for a schedule',
  )
  private readonly runner = new Thread<readonly Flight[], readonly (string | null)[]>(
    new URL('./dry-run-worker.js', import.meta.url),
    'dry run of plans',
  )
  private readonly planner: Planner
  private readonly dispatcher: Dispatcher
  private readonly sources: ElementSources
  private readonly elementsFile: ElementsFile
  private readonly worker: Worker
  private readonly views = new Map<string, FleetView>()
  private readonly timers: NodeJS.Timeout[] = []

  constructor(
    private readonly config: DirectorConfig,
    { clock, log, random }: DirectorDeps,
  ) {
    const key = () => readServiceKey(config.keyFile)
    this.core = new CoreClient(config.coreUrl, key)
    this.worker = new Worker(log)
    this.catalogue = new SatelliteCatalogue(this.core)
    this.bus = new Bus(
      { url: config.mqttUrl, key, random },
      {
        connected: () => this.replanAll(),
        refresh: (what) => {
          if (what === 'elements') this.catalogue.forget()
          if (REPLAN_AFTER.has(what)) this.replanAll()
        },
        state: (org, stationId, state) => {
          const view = this.viewOf(org)
          const wasThere = view.stateOf(stationId) !== null
          view.setState(stationId, state)
          // An antenna that comes and was not there at the last look changes what can be booked.
          if (!wasThere && state.link === 'online' && !view.antennas.has(stationId)) this.replan(view)
          this.dispatch(view, stationId)
        },
        contact: (org, { contact }) => {
          const view = this.viewOf(org)
          view.setContact(contact)
          this.dispatch(view, contact.stationId)
          // An antenna that became free before its time can be booked anew.
          if (isSpent(contact, clock.now())) this.replan(view)
        },
      },
      log,
    )
    const signed = new SignedPlans(this.core)
    this.planner = new Planner(
      this.core,
      this.catalogue,
      this.pool,
      this.solver,
      new DryRuns(this.runner),
      new Drifts(signed, this.catalogue),
      config,
      clock,
      log,
    )
    this.dispatcher = new Dispatcher(this.core, signed, this.bus, this.catalogue, config, clock, log)
    this.sources = new ElementSources(
      this.core,
      { celestrakUrl: config.celestrakUrl, satnogsUrl: config.satnogsUrl, trusted: config.sourceOrigins },
      clock,
      log,
    )
    this.elementsFile = new ElementsFile(this.core, config.elementsFile, log)
  }

  start(): void {
    this.bus.start()
    this.keepHouse()
    this.timers.push(
      setInterval(() => this.keepHouse(), HOUSEKEEPING_MS),
      setInterval(() => this.replanAll(), this.config.replanMs),
    )
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer)
    // First the threads: the work that waits for them then fails, in place of being waited for.
    await Promise.all([this.pool.stop(), this.solver.stop(), this.runner.stop()])
    await this.worker.stop()
    await this.bus.stop()
  }

  private viewOf(org: string): FleetView {
    let view = this.views.get(org)
    if (view === undefined) {
      view = new FleetView(org)
      this.views.set(org, view)
    }
    return view
  }

  private keepHouse(): void {
    this.worker.request('elements of a file', () => this.elementsFile.check())
    this.worker.request('elements', () => this.sources.check())
    for (const view of this.views.values()) for (const id of view.antennas.keys()) this.dispatch(view, id)
    this.dispatcher.prune(new Set([...this.views.values()].flatMap((v) => [...v.contacts.keys()])))
  }

  private replanAll(): void {
    this.worker.request('organisations', async () => {
      for (const { slug } of await this.core.orgs()) this.replan(this.viewOf(slug))
    })
  }

  private replan(view: FleetView): void {
    this.worker.request(`schedule ${view.org}`, async () => {
      await this.planner.replan(view)
      for (const id of view.antennas.keys()) this.dispatch(view, id)
    })
  }

  private dispatch(view: FleetView, stationId: string): void {
    this.worker.request(`plans ${view.org}/${stationId}`, async () => {
      if (await this.dispatcher.dispatch(view, stationId)) this.replan(view)
    })
  }
}
