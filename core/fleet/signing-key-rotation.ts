/**
 * Rotating the keys under which stations believe core (O17): a new one is made and announced under the former, signs when
 * its time has come, and the former is retired when all that it signed is over, or at once when it may be known.
 * @module
 */
import type { SigningKeyItem } from '../../shared/api/keys.js'
import { TalosError } from '../../shared/errors.js'
import { MAX_PINNED_KEYS } from '../../shared/signed.js'
import { DAY, HOUR, iso, MINUTE } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { auditOf, type Caller } from '../http/caller.js'
import { holdLock } from '../locks.js'
import type { KeyAnnouncer } from './key-announcer.js'

/** A former key is pinned for so long after its successor began to sign: longer than any plan is sent ahead. */
export const FORMER_MS = 14 * DAY
const LOOK_EVERY_MS = HOUR

const SYSTEM = { actor: { kind: 'system', id: 'signing-keys' } } as const

export class SigningKeyRotation {
  #timer: NodeJS.Timeout | null = null

  constructor(
    private readonly context: Context,
    private readonly announcer: KeyAnnouncer,
  ) {}

  start(): void {
    this.#timer = setInterval(() => {
      this.retireFormer().catch((error: unknown) =>
        this.context.log.error({ err: error }, 'former signing keys were not retired'),
      )
    }, LOOK_EVERY_MS)
    this.#timer.unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  list(): SigningKeyItem[] {
    const { signingKeys } = this.context
    const signing = signingKeys.current().kid
    const now = this.context.clock.now()
    return signingKeys.all().map(({ kid, createdAt, activeAt }) => ({
      kid,
      state: kid === signing ? 'signing' : activeAt > now ? 'announced' : 'former',
      createdAt: iso(createdAt),
      activeAt: iso(activeAt),
      stationsWithout: this.announcer.without(kid),
    }))
  }

  /**
   * Makes a key that signs after `announceMinutes`.
   * @throws TalosError `conflict` while one is announced already, or when stations could not pin another
   */
  async rotate(announceMinutes: number, caller: Caller): Promise<SigningKeyItem[]> {
    const { prisma, clock, signingKeys, audit } = this.context
    await this.retireFormer()
    await prisma.$transaction(async (tx) => {
      await holdLock(tx, 'signingKey')
      const now = clock.now()
      const live = await tx.signingKey.findMany({ where: { retiredAt: null } })
      const announced = live.find(({ activeAt }) => activeAt.getTime() > now)
      if (announced !== undefined)
        throw new TalosError(
          'conflict',
          `The key ${announced.kid} is announced and signs from ${announced.activeAt.toISOString()} on. Wait for it, or retire it.`,
        )
      if (live.length >= MAX_PINNED_KEYS)
        throw new TalosError(
          'conflict',
          `Stations pin at most ${MAX_PINNED_KEYS} keys. Retire a former one first.`,
        )
      const kid = await signingKeys.make(tx, now + announceMinutes * MINUTE)
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'signing_key.rotate',
        targetKind: 'signing_key',
        targetId: kid,
        outcome: 'success',
        detail: { announceMinutes },
      })
    })
    await this.#changed()
    return this.list()
  }

  /**
   * Ends a key that does not sign: stations are told to forget it.
   * @throws TalosError `not_found`; `conflict` for the key that signs now, or while plans that it signed are to be flown
   */
  async retire(kid: string, evenIfInUse: boolean, caller: Caller): Promise<SigningKeyItem[]> {
    const { prisma, signingKeys } = this.context
    await prisma.$transaction(async (tx) => {
      await holdLock(tx, 'signingKey')
      const row = await tx.signingKey.findUnique({ where: { kid } })
      if (row === null || row.retiredAt !== null)
        throw new TalosError('not_found', `There is no live key ${kid}.`)
      if (kid === signingKeys.current().kid)
        throw new TalosError(
          'conflict',
          `The key ${kid} signs now. Rotate first, with announceMinutes 0 in an emergency.`,
        )
      const plans = evenIfInUse ? 0 : await this.#plansUnder(tx, kid)
      if (plans > 0)
        throw new TalosError(
          'conflict',
          `${plans} plans that are still to be flown are signed with ${kid}. Wait, or retire it with evenIfInUse: ` +
            'a station that restarts before such a pass forgets its plan.',
        )
      await this.#end(tx, kid, caller)
    })
    await this.#changed()
    return this.list()
  }

  /** Retires what has been former for long enough. Returns how many. */
  async retireFormer(): Promise<number> {
    const { prisma, clock } = this.context
    const before = clock.now() - FORMER_MS
    // The newest that has signed for so long has outlived all before it.
    const successor = this.context.signingKeys.all().find(({ activeAt }) => activeAt <= before)
    if (successor === undefined) return 0
    const former = this.context.signingKeys.all().filter(({ activeAt }) => activeAt < successor.activeAt)
    if (former.length === 0) return 0
    await prisma.$transaction(async (tx) => {
      await holdLock(tx, 'signingKey')
      for (const { kid } of former) await this.#end(tx, kid, SYSTEM)
    })
    await this.#changed()
    return former.length
  }

  async #end(tx: Tx, kid: string, caller: Caller | typeof SYSTEM): Promise<void> {
    const { clock, audit } = this.context
    const { count } = await tx.signingKey.updateMany({
      where: { kid, retiredAt: null },
      // What it signed can no longer be forged by whoever reads a backup of this database.
      data: { retiredAt: new Date(clock.now()), sealed: '' },
    })
    if (count === 1)
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'signing_key.retire',
        targetKind: 'signing_key',
        targetId: kid,
        outcome: 'success',
      })
  }

  async #plansUnder(tx: Tx, kid: string): Promise<number> {
    const header = (jws: string) =>
      JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString('utf8')) as {
        readonly kid?: string
      }
    const rows = await tx.contact.findMany({
      where: { los: { gt: new Date(this.context.clock.now()) }, planJws: { not: null } },
      select: { planJws: true },
    })
    return rows.filter(({ planJws }) => planJws !== null && header(planJws).kid === kid).length
  }

  async #changed(): Promise<void> {
    await this.context.signingKeys.reload()
    await this.announcer.announceToAll()
  }
}
