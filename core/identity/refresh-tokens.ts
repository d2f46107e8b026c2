/**
 * Refresh tokens of command lines (A15): `gsr_<id>_<secret>`, stored as a hash, seven days, turned into the next at each
 * use inside one transaction.
 * @module
 */
import type { CommandLine } from '../../prisma/generated/client.js'
import { parseSecret } from '../../shared/secrets.js'
import { DAY } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { type NewSecret, newSecret, secretMatches } from '../crypto/secrets.js'
import type { AccessTokens } from './access-tokens.js'
import { isBarred, type UserRow, WITH_MEMBERSHIPS } from './members.js'
import { judgeRefresh, successorOf } from './refresh-rotation.js'

/** A command line that nobody uses for a week is signed out. */
export const REFRESH_MS = 7 * DAY

export interface IssuedTokens {
  readonly accessToken: string
  readonly expiresInS: number
  readonly refreshToken: string
  /** Epoch ms: until then without another approval. */
  readonly endsAt: number
}

type Person = UserRow & { readonly epoch: number }

interface Rotated {
  readonly kind: 'rotated'
  readonly user: Person
  readonly line: CommandLine
  readonly next: NewSecret
}

export type Rotation =
  | Rotated
  /** Used again after the grace: two have it. */
  | { readonly kind: 'stolen'; readonly line: CommandLine }
  /** Unknown, wrong, expired, of an ended command line (B16). */
  | { readonly kind: 'refused' }

const REFUSED: Rotation = { kind: 'refused' }

export class RefreshTokens {
  /** `key`: 32 bytes derived for this purpose alone; the successors come from it. */
  constructor(
    private readonly context: Pick<Context, 'clock' | 'random'>,
    private readonly access: AccessTokens,
    private readonly key: Uint8Array,
  ) {}

  /** The first tokens of a command line. */
  async first(tx: Tx, user: Person, line: CommandLine): Promise<IssuedTokens> {
    const next = newSecret('gsr', this.context.random)
    await this.#store(tx, line, next)
    return await this.issue({ user, line, next })
  }

  /** Uses a token up, or says why not. `address`: from where, for the list that its person sees. */
  async rotate(tx: Tx, text: string, address: string): Promise<Rotation> {
    const now = this.context.clock.now()
    const given = parseSecret(text, 'gsr')
    const known = given === null ? null : await tx.refreshToken.findUnique({ where: { id: given.id } })
    if (!secretMatches(given?.secret ?? '', known?.tokenHash ?? null) || given === null || known === null)
      return REFUSED
    // Also the lock of the family: those that come at once come one after the other.
    const [line] = await tx.commandLine.updateManyAndReturn({
      where: { id: known.commandLineId, endedAt: null, expiresAt: { gt: new Date(now) } },
      data: { lastUsedAt: new Date(now), address },
    })
    if (line === undefined) return REFUSED
    const { usedAt, expiresAt } = await tx.refreshToken.findUniqueOrThrow({ where: { id: known.id } })
    const facts = { usedAt: usedAt?.getTime() ?? null, expiresAt: expiresAt.getTime() }
    const verdict = judgeRefresh(facts, now)
    if (verdict === 'refuse') return REFUSED
    if (verdict === 'reuse') return { kind: 'stolen', line }
    const user = await tx.user.findUnique({ where: { id: line.userId }, include: WITH_MEMBERSHIPS })
    if (user === null || isBarred(user, now)) return REFUSED
    const next = successorOf(given, this.key)
    if (verdict === 'rotate') {
      await tx.refreshToken.update({ where: { id: known.id }, data: { usedAt: new Date(now) } })
      await this.#store(tx, line, next)
    }
    return { kind: 'rotated', user, line, next }
  }

  /** The tokens that the client gets. */
  async issue({ user, line, next }: Omit<Rotated, 'kind'>): Promise<IssuedTokens> {
    const endsAt = line.expiresAt.getTime()
    const { text, expiresInS } = await this.access.issue(user, line.id, endsAt)
    return { accessToken: text, expiresInS, refreshToken: next.text, endsAt }
  }

  /** The command line of a token, used or not; null when it is none of ours. */
  async lineOf(tx: Tx, text: string): Promise<CommandLine | null> {
    const given = parseSecret(text, 'gsr')
    if (given === null) return null
    const known = await tx.refreshToken.findUnique({
      where: { id: given.id },
      include: { commandLine: true },
    })
    return secretMatches(given.secret, known?.tokenHash ?? null) ? (known?.commandLine ?? null) : null
  }

  async #store(tx: Tx, line: CommandLine, { keyId, hash }: NewSecret): Promise<void> {
    const now = this.context.clock.now()
    await tx.refreshToken.create({
      data: {
        id: keyId,
        commandLineId: line.id,
        tokenHash: hash,
        createdAt: new Date(now),
        expiresAt: new Date(Math.min(now + REFRESH_MS, line.expiresAt.getTime())),
      },
    })
  }
}
