/**
 * E30: replacing the key of a station. Its agent asks, by itself in time or because a person wants it; it proves the new
 * key by connecting (core/identity/key-succession.ts), and until then the old one holds. At most two live (E20).
 * @module
 */
import type { z } from 'zod'
import type { StationMessage } from '../../broker/contracts.js'
import type { Station } from '../../shared/api/fleet.js'
import type { StationKeyGrant, stationStandingSchema } from '../../shared/api/station-keys.js'
import { TalosError } from '../../shared/errors.js'
import { MINUTE } from '../../shared/time.js'
import { Batched } from '../batched.js'
import type { Context, Tx } from '../context.js'
import type { StationActor } from '../http/actor.js'
import { auditOf, type Caller, type OrgCaller } from '../http/caller.js'
import type { Bus } from './bus.js'
import { sayAsCore } from './core-command.js'
import { makeStationKey } from './keys.js'
import { lockStation } from './station-lock.js'
import { refusalOf, stationLocked } from './station-standing.js'
import { findStation, type Stations } from './stations.js'

/** Each makes a row for good: a holder of a key must not make thousands. An agent waits longer before it asks again. */
const PAUSE_MS = MINUTE

export class KeyRotation {
  /** Of those asked about, the stations whose key a person wants replaced. */
  readonly #wanted = new Batched<true>((ids) => this.#find(ids))
  /** Connected, and nothing heard yet. */
  readonly #fresh = new Set<string>()
  #off: (() => void)[] = []

  constructor(
    private readonly context: Context,
    private readonly stations: Pick<Stations, 'get'>,
    private readonly bus: Bus,
  ) {}

  start(): void {
    this.#off = [
      this.bus.onPresence(({ kind, principal }) => {
        if (kind === 'connected') this.#fresh.add(principal.id)
        else this.#fresh.delete(principal.id)
      }),
      this.bus.onMessage((message) => this.#heard(message)),
    ]
  }

  stop(): void {
    for (const off of this.#off) off()
    this.#off = []
  }

  /** For the station itself. One that may do nothing does not come so far. */
  async standing(id: string): Promise<z.infer<typeof stationStandingSchema>> {
    const { name, rotateAskedAt } = await this.context.prisma.station.findUniqueOrThrow({ where: { id } })
    return { id, name, rotateAsked: rotateAskedAt !== null }
  }

  /**
   * The next key of the station that asks. A successor that was never used to connect ends for it: its answer was lost.
   * @throws TalosError `not_signed_in` when its key has ended meanwhile, `principal_revoked`, `station_locked`,
   * `conflict` for a key that is a successor itself, `rate_limited`
   */
  async next({ id, keyId }: StationActor, caller: Caller): Promise<StationKeyGrant> {
    const { prisma, clock, audit, events } = this.context
    const now = new Date(clock.now())
    const { key, replaced } = await prisma.$transaction(async (tx) => {
      await lockStation(tx, id)
      const station = await tx.station.findUniqueOrThrow({ where: { id } })
      const refusal = refusalOf(station, now.getTime())
      if (refusal !== null) throw refusal
      const replaced = await this.#makeRoom(tx, id, keyId, now)
      const key = await makeStationKey(tx, id, this.context, now)
      await audit.record(tx, {
        ...auditOf(caller),
        ...{ orgId: station.orgId, action: 'station.key_issue', targetKind: 'station', targetId: id },
        outcome: 'success',
        detail: { keyId: key.keyId, replaced, asked: station.rotateAskedAt !== null },
      })
      return { key, replaced }
    })
    for (const credentialId of replaced)
      events.emit('ended', { credentialId, reason: 'another key was issued before this one was proved' })
    return { key: key.text, keyIssuedAt: key.issuedAt.toISOString(), renewAt: key.renewAt.toISOString() }
  }

  /**
   * A person wants a new key: its agent is told now, or when it connects next.
   * @throws TalosError `not_found`, `station_state` unless it is approved and has a key, `station_locked`
   */
  async ask(caller: OrgCaller, id: string): Promise<Station> {
    const { prisma, clock, audit, events } = this.context
    await prisma.$transaction(async (tx) => {
      await lockStation(tx, id)
      const { status, lockedAt, lockReason } = await findStation(tx, caller.org, id)
      if (status !== 'approved')
        throw new TalosError(
          'station_state',
          `The station is ${status}; this needs a station that is approved.`,
        )
      if (lockedAt !== null) throw stationLocked(lockReason)
      if ((await tx.stationKey.count({ where: { stationId: id, revokedAt: null } })) === 0)
        throw new TalosError('station_state', 'The station has no key yet; its agent gets one when it joins.')
      await tx.station.update({ where: { id }, data: { rotateAskedAt: new Date(clock.now()) } })
      await audit.record(tx, {
        ...auditOf(caller),
        ...{ action: 'station.key_ask', targetKind: 'station', targetId: id, outcome: 'success' },
      })
    })
    if (this.bus.isOnline(id)) await this.#tell({ org: caller.org.slug, id })
    events.emit('station', { org: caller.org.slug, stationId: id })
    return await this.stations.get(caller.org, id)
  }

  /** Ends a successor that was never proved. Returns the public halves of what ended. */
  async #makeRoom(tx: Tx, stationId: string, keyId: string, now: Date): Promise<string[]> {
    const live = await tx.stationKey.findMany({
      where: { stationId, revokedAt: null },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    })
    const own = live.find((key) => key.keyId === keyId)
    // Revoked or followed while the request was on its way.
    if (own === undefined)
      throw new TalosError('not_signed_in', 'The credential in the Authorization header is not accepted.')
    const holder = live.find(({ provenAt }) => provenAt !== null) ?? live[0]
    if (own !== holder)
      throw new TalosError(
        'conflict',
        'This key follows another: prove it first, by connecting to the broker with it.',
      )
    const successors = live.filter((key) => key !== own)
    const newest = Math.max(...successors.map(({ createdAt }) => createdAt.getTime()))
    if (now.getTime() - newest < PAUSE_MS)
      throw new TalosError(
        'rate_limited',
        'A key was issued to this station less than a minute ago. Ask again later.',
      )
    const replaced = successors.map((key) => key.keyId)
    await tx.stationKey.updateMany({ where: { keyId: { in: replaced } }, data: { revokedAt: now } })
    return replaced
  }

  #heard({ kind, principal }: StationMessage): void {
    // Its subscriptions stand by the time that it says who it is.
    if (kind !== 'info' || !this.#fresh.delete(principal.id)) return
    this.#wanted
      .get(principal.id)
      .then((wanted) => (wanted === null ? undefined : this.#tell(principal)))
      .catch((error: unknown) =>
        this.context.log.error(
          { err: error, stationId: principal.id },
          'a wish for a new key was not looked up',
        ),
      )
  }

  /** Never throws: a station that was not told is told when it connects next. */
  async #tell(station: { readonly org: string; readonly id: string }): Promise<void> {
    const { log, signingKeys } = this.context
    try {
      await sayAsCore(this.context, this.bus, station, { op: 'rotate', args: {} }, signingKeys.current())
    } catch (error) {
      log.error({ err: error, stationId: station.id }, 'a station was not asked for a new key')
    }
  }

  async #find(ids: readonly string[]): Promise<Map<string, true>> {
    const rows = await this.context.prisma.station.findMany({
      where: { id: { in: [...ids] }, rotateAskedAt: { not: null } },
      select: { id: true },
    })
    return new Map(rows.map(({ id }) => [id, true]))
  }
}
