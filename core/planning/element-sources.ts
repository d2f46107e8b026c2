/**
 * Where elements and transmitters are fetched from, and when. The director fetches; core decides which director may ask
 * which address, and remembers it, so that a source is asked once for all, whoever restarts, removes or adds.
 * @module
 */
import type { Prisma } from '../../prisma/generated/client.js'
import {
  type ElementSource,
  type ElementSourceRequest,
  elementSourceSchema,
  SHORTEST_HOURS,
  type SourceClaim,
  type SourceLooked,
} from '../../shared/api/sources.js'
import { TalosError } from '../../shared/errors.js'
import { DAY, HOUR, iso, SECOND } from '../../shared/time.js'
import type { Context } from '../context.js'
import { newId } from '../crypto/ids.js'
import { isUniqueViolation } from '../db/client.js'
import { auditOf, type Caller } from '../http/caller.js'
import { nextLook, soonestLook } from './look-times.js'

type SourceRow = Prisma.ElementSourceGetPayload<{ include: { look: true } }>

/** What changes with somebody's edit, not with an orbit. */
const DATABASE_HOURS = 24
/** An address that no source names any more is remembered for so long after it could have been asked. */
const FORGET_MS = DAY

const toSource = ({ createdAt: _, url: __, look, ...row }: SourceRow): ElementSource =>
  elementSourceSchema.parse({
    ...row,
    look:
      look === null
        ? null
        : {
            url: look.url,
            askedAt: look.askedAt?.toISOString() ?? null,
            nextAt: look.nextAt.toISOString(),
            outcome: look.outcome,
            result: look.result,
            failures: look.failures,
          },
  })

const noSuchSource = (id: string) => new TalosError('not_found', `There is no element source ${id}.`)

export class ElementSources {
  constructor(private readonly context: Context) {}

  async list(): Promise<ElementSource[]> {
    const rows = await this.context.prisma.elementSource.findMany({
      orderBy: [{ kind: 'asc' }, { target: 'asc' }],
      include: { look: true },
    })
    return rows.map(toSource)
  }

  /** @throws TalosError `conflict` when it is there already */
  async create(caller: Caller, request: ElementSourceRequest): Promise<ElementSource> {
    const { prisma, audit, random, clock, events } = this.context
    const { kind, target } = request
    const isElements = kind !== 'satnogs' || target === 'tle'
    const everyHours = request.everyHours ?? (isElements ? SHORTEST_HOURS : DATABASE_HOURS)
    try {
      const row = await prisma.$transaction(async (tx) => {
        const made = await tx.elementSource.create({
          data: { id: newId(random), kind, target, everyHours, createdAt: new Date(clock.now()) },
          include: { look: true },
        })
        await audit.record(tx, {
          ...auditOf(caller),
          action: 'elements.source_create',
          targetKind: 'element_source',
          targetId: made.id,
          outcome: 'success',
          detail: { kind, target, everyHours },
        })
        return made
      })
      events.emit('refresh', 'elements')
      return toSource(row)
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      throw new TalosError('conflict', `${target} of ${kind} is a source already.`, { cause: error })
    }
  }

  /** Ends the fetching; what came from it stays. @throws TalosError `not_found` */
  async remove(caller: Caller, id: string): Promise<void> {
    const { prisma, audit } = this.context
    await prisma.$transaction(async (tx) => {
      const [gone] = await tx.elementSource.findMany({ where: { id }, select: { kind: true, target: true } })
      const { count } = await tx.elementSource.deleteMany({ where: { id } })
      if (gone === undefined || count !== 1) throw noSuchSource(id)
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'elements.source_delete',
        targetKind: 'element_source',
        targetId: id,
        outcome: 'success',
        detail: gone,
      })
    })
    this.context.events.emit('refresh', 'elements')
  }

  /**
   * A person wants it looked at: as soon as the two hours and the host's patience allow, which the answer says.
   * @throws TalosError `not_found`
   */
  async check(caller: Caller, id: string): Promise<ElementSource> {
    const { prisma, clock, audit } = this.context
    return await prisma.$transaction(async (tx) => {
      const row = await tx.elementSource.findUnique({ where: { id }, include: { look: true } })
      if (row === null) throw noSuchSource(id)
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'elements.source_check',
        targetKind: 'element_source',
        targetId: id,
        outcome: 'success',
        detail: { kind: row.kind, target: row.target },
      })
      const { look } = row
      if (look === null) return toSource(row)
      const soonest = new Date(
        soonestLook({
          outcome: look.outcome,
          askedMs: look.askedAt?.getTime() ?? null,
          blockedMs: look.blockedUntil?.getTime() ?? null,
          nowMs: clock.now(),
        }),
      )
      // A director that has claimed it meanwhile has moved `askedAt`: then nothing is moved back.
      await tx.sourceLook.updateMany({
        where: { url: look.url, askedAt: look.askedAt, nextAt: { gt: soonest } },
        data: { nextAt: soonest },
      })
      return toSource(await tx.elementSource.findUniqueOrThrow({ where: { id }, include: { look: true } }))
    })
  }

  /**
   * A director wants to ask: one gets the word, the others the time.
   * @throws TalosError `not_found`
   */
  async claim(id: string, url: string): Promise<SourceClaim> {
    const { prisma, clock } = this.context
    const now = clock.now()
    const at = iso(now)
    const { host } = new URL(url)
    return await prisma.$transaction(async (tx): Promise<SourceClaim> => {
      await tx.$executeRaw`
        INSERT INTO "SourceLook" ("url", "host", "nextAt", "blockedUntil", "outcome")
        SELECT ${url}, ${host}, greatest(${at}::timestamptz, max("blockedUntil")), max("blockedUntil"), 'waiting'
          FROM "SourceLook" WHERE "host" = ${host}
        ON CONFLICT ("url") DO NOTHING`
      const [source] = await tx.elementSource.updateManyAndReturn({ where: { id }, data: { url } })
      if (source === undefined) throw noSuchSource(id)
      // The claim: of several directors one finds the time come.
      const [mine] = await tx.sourceLook.updateManyAndReturn({
        where: { url, nextAt: { lte: new Date(now) } },
        data: {
          askedAt: new Date(now),
          nextAt: new Date(now + source.everyHours * HOUR),
          outcome: 'asking',
        },
      })
      if (mine !== undefined) return { claimed: true, etag: mine.etag, lastModified: mine.lastModified }
      const { nextAt } = await tx.sourceLook.findUniqueOrThrow({ where: { url } })
      return { claimed: false, nextAt: nextAt.toISOString() }
    })
  }

  /**
   * How a look ended. It counts also where the source was removed meanwhile.
   * @throws TalosError `not_found`; `conflict` when it was told already
   */
  async looked(id: string, looked: SourceLooked): Promise<void> {
    const { prisma, clock, random, log } = this.context
    const { url, outcome, result } = looked
    const [source, look] = await Promise.all([
      prisma.elementSource.findUnique({ where: { id } }),
      prisma.sourceLook.findUnique({ where: { url } }),
    ])
    if (look === null) throw new TalosError('not_found', `Nobody has asked to look at ${url}.`)
    const isGood = outcome === 'changed' || outcome === 'unchanged'
    const failures = isGood ? 0 : look.failures + 1
    const nowMs = clock.now()
    const next = nextLook({
      ...{ outcome, nowMs, failures },
      askedMs: look.askedAt?.getTime() ?? nowMs,
      everyMs: (source?.everyHours ?? SHORTEST_HOURS) * HOUR,
      retryAfterMs: looked.retryAfterS === null ? null : looked.retryAfterS * SECOND,
      random: random(4).readUInt32BE() / 2 ** 32,
    })
    // The host may have refused at another of its addresses meanwhile.
    const nextAt = new Date(Math.max(next, look.blockedUntil?.getTime() ?? 0))
    const { etag, lastModified } = looked
    await prisma.$transaction(async (tx) => {
      // One report for one claim: a second one would count a failure twice.
      const { count } = await tx.sourceLook.updateMany({
        where: { url, outcome: 'asking', askedAt: look.askedAt },
        data: { outcome, result, failures, nextAt, etag, lastModified },
      })
      if (count !== 1) throw new TalosError('conflict', `Nobody is looking at ${url} now.`)
      if (outcome !== 'refused') return
      // All of the host's addresses wait: a program that goes on asking is shut out for good.
      await tx.$executeRaw`
        UPDATE "SourceLook" SET "blockedUntil" = ${nextAt.toISOString()}::timestamptz,
               "nextAt" = greatest("nextAt", ${nextAt.toISOString()}::timestamptz),
               "failures" = greatest("failures", ${failures})
         WHERE "host" = ${look.host}`
    })
    if (outcome === 'refused')
      log.warn({ host: look.host, result, until: nextAt.toISOString() }, 'a source refuses to be asked')
  }

  /** Forgets addresses that no source names, once they could have been asked again. Returns how many. */
  async prune(): Promise<number> {
    const { prisma, clock } = this.context
    const { count } = await prisma.sourceLook.deleteMany({
      where: { sources: { none: {} }, nextAt: { lt: new Date(clock.now() - FORGET_MS) } },
    })
    return count
  }
}
