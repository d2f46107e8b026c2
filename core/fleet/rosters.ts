/**
 * Rosters (E10): a list of stations becomes as many stations and tokens, all of them or none.
 * @module
 */
import type { RosterRequest, RosterResponse } from '../../shared/api/fleet.js'
import { TalosError } from '../../shared/errors.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { isUniqueViolation } from '../db/client.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import { permissionsIn } from '../http/guard.js'
import { cutReplaced, freeSeat, stationsNamed } from './free-seat.js'
import type { IssueLimit } from './issue-limit.js'
import { type Roster, type RosterFault, type RosterLine, readRoster, repeated } from './roster-csv.js'
import type { Stations } from './stations.js'
import { assertStillMay } from './still-may.js'
import { createdToken, draftTokens, storeTokens, type TokenDraft, type TokenNote } from './token-drafts.js'
import { toEnrollmentToken, tokensById } from './token-list.js'
import { assertMayIssue, neededFor, type TokenTerms, termsOf } from './token-terms.js'

const MAX_NOTE = 80

/** What a line has become: the place of its station. */
interface Seat {
  readonly line: RosterLine
  readonly station: NonNullable<TokenNote['station']>
  readonly isNew: boolean
}

interface Seated {
  readonly seats: readonly Seat[]
  readonly faults: readonly RosterFault[]
  /** Keys that ended for new tokens; to be cut after the commit. */
  readonly ended: readonly string[]
}

/** Ends the transaction without a trace and brings out what was found in it. */
class Rollback extends Error {
  constructor(readonly seated: Seated) {
    super('nothing is kept')
  }
}

export class Rosters {
  constructor(
    private readonly context: Context,
    private readonly stations: Pick<Stations, 'many'>,
    private readonly limit: Pick<IssueLimit, 'admit' | 'assertRoom'>,
  ) {}

  /**
   * Makes a station and a token for each line; with `dryRun` tells what would be made and what is wrong.
   * @throws TalosError `invalid_request` naming each line and column, `forbidden`, `rate_limited`, `conflict` when a
   * station of such a name was made meanwhile, `unavailable` while another roster is worked on
   */
  async issue(caller: OrgCaller, request: RosterRequest): Promise<RosterResponse> {
    const { prisma, clock, config, events } = this.context
    const terms = termsOf(request, config.enrollment)
    const held = permissionsIn(caller.actor, caller.org.slug)
    assertMayIssue(held, terms)
    if (!held.has('update_stations'))
      throw new TalosError(
        'forbidden',
        'A roster makes stations, which needs the permission update_stations.',
      )
    const roster = readRequest(request)
    const run = { caller, request, terms, roster }
    if (request.dryRun || roster.faults.length > 0) {
      const { seats, faults } = await this.#rehearse(run)
      if (!request.dryRun) throw refused(faults)
      return { batchId: null, rows: seats.map(rowOf), items: [], errors: [...faults] }
    }
    await this.limit.assertRoom(prisma, caller, roster.lines.length, new Date(clock.now()))
    const drafts = await draftTokens(this.context, roster.lines.length)
    const batchId = newId(this.context.random)
    const now = new Date(clock.now())
    const { seats, ended } = await prisma
      .$transaction(async (tx) => {
        const seated = await this.#seat(tx, run, now)
        if (seated.faults.length > 0) throw new Rollback(seated)
        await this.limit.admit(tx, caller, drafts.length, now)
        const tokens = seated.seats.map((seat, at) => [drafts[at] as TokenDraft, noteOf(seat)] as const)
        await storeTokens(this.context, tx, caller, tokens, terms, batchId, now)
        return seated
      })
      .catch((error: unknown) => {
        if (error instanceof Rollback) throw refused(error.seated.faults)
        throw overtaken(error)
      })
    cutReplaced(this.context, ended)
    for (const { station } of seats) events.emit('station', { org: caller.org.slug, stationId: station.id })
    events.emit('refresh', 'stations')
    return await this.#answer(caller, batchId, seats, drafts, now)
  }

  /** Everything but the tokens, and nothing of it stays. */
  async #rehearse(run: Run): Promise<Seated> {
    const now = new Date(this.context.clock.now())
    try {
      return await this.context.prisma.$transaction(async (tx) => {
        throw new Rollback(await this.#seat(tx, run, now))
      })
    } catch (error) {
      if (error instanceof Rollback) return error.seated
      throw overtaken(error)
    }
  }

  /** Finds or makes the station of each line. */
  async #seat(tx: Tx, { caller, request, terms, roster }: Run, now: Date): Promise<Seated> {
    await assertStillMay(tx, caller, [...neededFor(terms), 'update_stations'], now)
    const faults = [...roster.faults]
    const seats: Seat[] = []
    const ended: string[] = []
    const names = roster.lines.map(({ name }) => name)
    const known = new Map(
      (await stationsNamed(tx, caller.org, names)).map(({ id, name }) => [name.toLowerCase(), id]),
    )
    for (const line of roster.lines) {
      const stationId = known.get(line.name.toLowerCase())
      if (stationId === undefined) {
        const station = { id: newId(this.context.random), capabilities: terms.capabilities ?? ['rotator'] }
        seats.push({ line, station, isNew: true })
        continue
      }
      try {
        const isConfirmed = request.confirm === true
        const seat = await freeSeat(this.context, tx, caller, stationId, isConfirmed, now)
        if (!isConfirmed) faults.push(faultOf(line, THERE_ALREADY))
        ended.push(...seat.ended)
        seats.push({ line, station: seat.station, isNew: false })
      } catch (error) {
        if (!(error instanceof TalosError)) throw error
        faults.push(faultOf(line, error.code === 'confirmation_required' ? THERE_ALREADY : error.detail))
        seats.push({ line, station: { id: stationId, capabilities: [] }, isNew: false })
      }
    }
    const isNew = (seat: Seat) => seat.isNew
    // Where something is wrong nothing is kept; names that stand there twice could not even be tried.
    if (faults.length === 0) await this.#makeStations(tx, caller, seats.filter(isNew), now)
    return { seats, faults: faults.sort((a, b) => a.line - b.line), ended }
  }

  /** E13: made before their agents exist, at the places that the roster gives. */
  async #makeStations(tx: Tx, caller: OrgCaller, seats: readonly Seat[], now: Date): Promise<void> {
    await tx.station.createMany({
      data: seats.map(({ line, station }) => ({
        id: station.id,
        orgId: caller.org.id,
        name: line.name,
        status: 'pending',
        capabilities: station.capabilities,
        createdAt: now,
        ...line.site,
      })),
    })
    await this.context.audit.recordAll(
      tx,
      seats.map(({ line, station }) => ({
        ...auditOf(caller),
        action: 'station.create' as const,
        targetKind: 'station',
        targetId: station.id,
        outcome: 'success' as const,
        detail: { name: line.name, rosterLine: line.line },
      })),
    )
  }

  async #answer(
    caller: OrgCaller,
    batchId: string,
    seats: readonly Seat[],
    drafts: readonly TokenDraft[],
    now: Date,
  ): Promise<RosterResponse> {
    const ids = drafts.map(({ id }) => id)
    const rows = await tokensById(this.context.prisma, caller.org.id, ids, now)
    const tokens = new Map(rows.map((row) => [row.id, toEnrollmentToken(row)]))
    const stations = await this.stations.many(
      caller.org,
      seats.map(({ station }) => station.id),
    )
    const release = await this.context.agentRelease.load()
    const items = seats.flatMap(({ line, station }, at) => {
      const draft = drafts[at]
      const token = tokens.get(draft?.id ?? '')
      const shown = stations.get(station.id)
      // Whoever is quick enough to take one away before it is shown does not get it shown.
      if (draft === undefined || token === undefined || shown === undefined) return []
      return [{ line: line.line, station: shown, ...createdToken(this.context, token, draft, release) }]
    })
    return { batchId, rows: seats.map(rowOf), items, errors: [] }
  }
}

interface Run {
  readonly caller: OrgCaller
  readonly request: RosterRequest
  readonly terms: TokenTerms
  readonly roster: Roster
}

const THERE_ALREADY =
  'is a station already, without an agent; give it a new token by confirming, or name another'

/** Names are looked up before they are taken. */
const overtaken = (error: unknown): unknown =>
  isUniqueViolation(error)
    ? new TalosError('conflict', 'A station of this roster was made by somebody else just now. Try again.', {
        cause: error,
      })
    : error

const faultOf = ({ line }: RosterLine, message: string): RosterFault => ({ line, column: 'name', message })

function readRequest({ csv, rows = [] }: RosterRequest): Roster {
  if (csv !== undefined) return readRoster(csv)
  const lines = rows.map((row, at) => ({ line: at + 1, ...row }))
  return { lines, faults: repeated(lines) }
}

/** What tells people which paper is whose. */
const noteOf = ({ line: { name, place, recipient }, station }: Seat): TokenNote => ({
  name: (place === undefined ? name : `${name}, ${place}`).slice(0, MAX_NOTE),
  recipient: recipient ?? null,
  station,
})

const rowOf = ({ line, station, isNew }: Seat): RosterResponse['rows'][number] => ({
  ...line,
  ...(isNew ? {} : { stationId: station.id }),
})

function refused(faults: readonly RosterFault[]): TalosError {
  const [first] = faults
  const more = faults.length === 1 ? '' : `, and ${faults.length - 1} more`
  return new TalosError(
    'invalid_request',
    `Nothing was made. Line ${first?.line}, ${first?.column || 'as a whole'}: ${first?.message}${more}.`,
    {
      errors: faults.map(({ line, column, message }) => ({
        pointer: `/csv/${line}${column === '' ? '' : `/${column}`}`,
        detail: message,
      })),
    },
  )
}
