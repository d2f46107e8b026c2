/**
 * Using a link that signs in: once, and only in the browser that asked for it; in another one it shows a code to type
 * there (A7). Looking never consumes (A6).
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { SignInLink } from '../../prisma/generated/client.js'
import { TalosError } from '../../shared/errors.js'
import { iso } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { secretMatches, sha256 } from '../crypto/secrets.js'
import { ANONYMOUS } from '../http/actor.js'
import type { Browser } from '../http/browser.js'
import { holdLock } from '../locks.js'
import { findOrAdmit } from './invited.js'
import { isBarred } from './members.js'
import { becomeOwner } from './owner.js'
import type { NewSession, Sessions } from './sessions.js'
import { MAX_CODE_TRIES, type ShortCodes } from './short-codes.js'
import { signIn } from './sign-in.js'

/**
 * A4: how long it takes to refuse a code, whether there is a link that has a try to lose, which costs a write, or none:
 * who asked for a link to an address would else learn whether it is known.
 */
const REFUSAL_MS = 250

/** A27: unknown, used and expired look the same. */
const invalid = () =>
  new TalosError(
    'link_invalid',
    'This link is unknown, used or expired. Ask for a new one on the sign-in page.',
  )
const wrongCode = () =>
  new TalosError(
    'code_invalid',
    'Look at the code again. After five wrong ones the link is dead: ask for a new one.',
  )

export interface Confirmation {
  readonly token: string
  /** Only an owner link asks for it. */
  readonly email: string | undefined
  /** The nonce cookie of the browser, if it has one. */
  readonly nonce: string | undefined
}

/** What a link is for, and who asked for it when that was another browser. */
export interface Look {
  readonly kind: 'login' | 'owner'
  readonly email: string | null
  readonly asker: { readonly address: string; readonly userAgent: string; readonly askedAt: string } | null
}

export interface SignInLinksParts {
  readonly context: Context
  readonly sessions: Sessions
  readonly codes: ShortCodes
}

export class SignInLinks {
  constructor(private readonly parts: SignInLinksParts) {}

  /**
   * What the page behind a link shows. Consumes nothing.
   * @throws TalosError `link_invalid`
   */
  async look(token: string, nonce: string | undefined): Promise<Look> {
    const link = await this.#find(token)
    if (link.kind === 'owner')
      return { kind: 'owner', email: this.parts.context.config.ownerEmail, asker: null }
    const asker = {
      address: link.address ?? '',
      userAgent: link.userAgent ?? '',
      askedAt: iso(link.createdAt.getTime()),
    }
    return { kind: 'login', email: link.email, asker: isBoundTo(link, nonce) ? null : asker }
  }

  /**
   * The code to type in the browser that asked (A7). It changes nothing but that the code is taken there from now on,
   * and is the same each time: a scanner that gets here first takes nothing away.
   * @throws TalosError `link_invalid`
   */
  async showCode(token: string): Promise<{ readonly code: string; readonly expiresAt: string }> {
    const link = await this.#find(token)
    if (link.kind !== 'login') throw invalid()
    const { codes, context } = this.parts
    const code = codes.codeOf(token)
    await context.prisma.signInLink.updateMany({
      where: { id: link.id, codeHash: null },
      data: { codeHash: codes.hash(link.id, code) },
    })
    return { code, expiresAt: iso(link.expiresAt.getTime()) }
  }

  /**
   * Consumes the link and signs in.
   * @throws TalosError `link_invalid`, `link_other_browser`, `owner_email_mismatch`, or `invalid_request` when an owner
   * link comes without an address
   */
  async confirm(confirmation: Confirmation, browser: Browser): Promise<NewSession> {
    return await this.#noted(browser, async () => {
      const link = await this.#find(confirmation.token)
      // A7: whoever finds the link in a mailbox that is not his signs nobody in.
      if (!isBoundTo(link, confirmation.nonce))
        throw new TalosError(
          'link_other_browser',
          'Another browser asked for this link. Let it show a code, and type that there.',
        )
      return await this.#begin((tx) =>
        link.kind === 'owner'
          ? this.#confirmOwner(tx, link, confirmation.email, browser)
          : this.#confirmLogin(tx, link, browser),
      )
    })
  }

  /**
   * Signs in the browser that asked for a link which another one has opened, by the code shown there.
   * @throws TalosError `code_invalid`, for whatever is wrong
   */
  async confirmCode(code: string, nonce: string | undefined, browser: Browser): Promise<NewSession> {
    return await this.#noted(browser, async () => {
      const refusal = delay(REFUSAL_MS)
      const link = await this.#takeTry(code, nonce)
      if (link === null) {
        await refusal
        throw wrongCode()
      }
      return await this.#begin((tx) => this.#confirmLogin(tx, link, browser))
    })
  }

  /**
   * A try is taken before it is judged, so that guesses side by side are no more than guesses in a row. It is taken of
   * each link that this browser waits for: which of them is meant is not known.
   */
  async #takeTry(code: string, nonce: string | undefined): Promise<SignInLink | null> {
    if (nonce === undefined) return null
    const { codes, context } = this.parts
    const links = await context.prisma.signInLink.updateManyAndReturn({
      where: {
        ...{ kind: 'login', browserHash: sha256(nonce), consumedAt: null },
        ...{ expiresAt: { gt: new Date(context.clock.now()) }, codeHash: { not: null } },
        codeTries: { lt: MAX_CODE_TRIES },
      },
      data: { codeTries: { increment: 1 } },
    })
    return links.find(({ id, codeHash }) => codes.matches(id, code, codeHash)) ?? null
  }

  async #noted(browser: Browser, work: () => Promise<NewSession>): Promise<NewSession> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof TalosError)
        this.parts.context.audit.bestEffort({
          actor: ANONYMOUS,
          action: 'user.sign_in',
          outcome: error.code === 'invalid_request' ? 'validation_failed' : 'denied',
          address: browser.address,
          requestId: browser.requestId,
          detail: { code: error.code },
        })
      throw error
    }
  }

  async #begin(work: (tx: Tx) => Promise<NewSession>): Promise<NewSession> {
    const session = await this.parts.context.prisma.$transaction(work)
    this.parts.sessions.announce(session.displaced, 'session.displaced')
    return session
  }

  async #find(token: string): Promise<SignInLink> {
    const { prisma, clock } = this.parts.context
    const link = await prisma.signInLink.findUnique({ where: { tokenHash: sha256(token) } })
    if (link === null || link.consumedAt !== null || link.expiresAt.getTime() <= clock.now()) throw invalid()
    if (link.kind === 'step_up' || link.codeTries >= MAX_CODE_TRIES) throw invalid()
    return link
  }

  /** A23: one conditional update; of many that race, one gets the row. All other links of the address end with it. */
  async #consume(tx: Tx, link: SignInLink): Promise<void> {
    const now = new Date(this.parts.context.clock.now())
    const { count } = await tx.signInLink.updateMany({
      where: { id: link.id, consumedAt: null, expiresAt: { gt: now } },
      data: { consumedAt: now },
    })
    if (count !== 1) throw invalid()
    if (link.email === null) return
    await tx.signInLink.updateMany({
      where: { kind: { in: ['login', 'operator'] }, email: link.email, consumedAt: null },
      data: { consumedAt: now },
    })
  }

  async #confirmLogin(tx: Tx, link: SignInLink, browser: Browser): Promise<NewSession> {
    const { context } = this.parts
    // The person before the links, as where an account ends; two links of one person go one after the other.
    await tx.$executeRaw`SELECT 1 FROM "User" WHERE "email" = ${link.email} FOR UPDATE`
    await holdLock(tx, 'signInLink')
    await this.#consume(tx, link)
    const user = await findOrAdmit(tx, context, link.email ?? '', browser)
    if (user === null || isBarred(user, context.clock.now())) throw invalid()
    return await signIn(tx, this.parts, user.id, { method: 'magic_link' }, browser)
  }

  async #confirmOwner(
    tx: Tx,
    link: SignInLink,
    email: string | undefined,
    browser: Browser,
  ): Promise<NewSession> {
    const { config } = this.parts.context
    if (email === undefined) {
      const detail = 'must be the address of the owner'
      throw new TalosError('invalid_request', `The body does not fit: /email ${detail}.`, {
        errors: [{ pointer: '/email', detail }],
      })
    }
    // R5.
    if (config.ownerEmail !== null && email !== config.ownerEmail)
      throw new TalosError(
        'owner_email_mismatch',
        'This installation names another address as its owner. Use that one, or change TALOS_OWNER_EMAIL.',
      )
    await holdLock(tx, 'owner')
    await this.#consume(tx, link)
    if ((await tx.user.count()) > 0) throw invalid()
    const userId = await becomeOwner(tx, this.parts.context, email, browser)
    return await signIn(tx, this.parts, userId, { method: 'owner_link' }, browser)
  }
}

/** Links that no browser asked for work in any. */
const isBoundTo = (link: SignInLink, nonce: string | undefined): boolean =>
  link.kind !== 'login' || secretMatches(nonce ?? '', link.browserHash)
