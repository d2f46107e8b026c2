/**
 * Signing in by mail: a link with a secret in its fragment (A18), usable once, within ten minutes, only in the browser
 * that asked for it. Looking never consumes (A6).
 * @module
 */
import type { SignInLink } from '../../prisma/generated/client.js'
import { TalosError } from '../../shared/errors.js'
import { MINUTE } from '../../shared/time.js'
import type { Background } from '../background.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { newToken, secretMatches, sha256 } from '../crypto/secrets.js'
import { ANONYMOUS } from '../http/actor.js'
import type { Browser } from '../http/browser.js'
import { holdLock } from '../locks.js'
import { MailBudget } from './mail-budget.js'
import type { Mailer } from './mailers.js'
import { becomeOwner } from './owner.js'
import type { NewSession, Sessions } from './sessions.js'
import { signIn } from './sign-in.js'

/** A5. */
export const LINK_MS = 10 * MINUTE

/** A27: unknown, used and expired look the same. */
const invalid = () =>
  new TalosError(
    'link_invalid',
    'This link is unknown, used or expired. Ask for a new one on the sign-in page.',
  )

/** The address of the page behind a link (A45: from the configuration, never from a Host header). */
export const linkUrl = (publicUrl: string, token: string): string => `${publicUrl}/sign-in#${token}`

export interface Confirmation {
  readonly token: string
  /** Only an owner link asks for it. */
  readonly email: string | undefined
  /** The nonce cookie of the browser, if it has one. */
  readonly nonce: string | undefined
}

export class SignInLinks {
  readonly #budget = new MailBudget()

  constructor(
    readonly context: Context,
    readonly sessions: Sessions,
    private readonly mailer: Mailer,
    private readonly background: Background,
  ) {}

  /**
   * A4: takes the request and does the rest after the reply, so that neither the answer nor its time tells whether the
   * address is known. `nonce` is what the asking browser keeps as a cookie (A7).
   */
  request(email: string, nonce: string): void {
    this.background.run('sign-in mail', async () => {
      // Before the budget: strangers who make addresses up must not spend the mails of those who work here.
      const user = await this.context.prisma.user.findUnique({ where: { email }, select: { id: true } })
      if (user === null) return
      if (!this.#budget.take(email, this.context.clock.now())) {
        this.context.log.warn('a sign-in mail was left out: the budget of this hour is spent')
        return
      }
      const token = await this.#issue(email, nonce)
      if (token === null) return
      const url = linkUrl(this.context.addresses.publicUrl, token)
      await this.mailer.send({
        to: email,
        subject: 'Sign in to Talos',
        text:
          `Open this link in the browser in which you asked for it, within ${LINK_MS / MINUTE} minutes:\n\n${url}\n\n` +
          'If you did not ask for it, ignore this mail. Nobody can sign in without it.\n',
      })
    })
  }

  /**
   * A link for whoever operates this process, who may do anything here anyway: not sent to anybody, not bound to a
   * browser, usable once. @throws TalosError `not_found` when the address is nobody's
   */
  async issueForOperator(email: string): Promise<string> {
    const token = await this.#issue(email, null)
    if (token === null) throw new TalosError('not_found', `Nobody here has the address ${email}.`)
    await this.context.audit.record(this.context.prisma, {
      actor: { kind: 'system', id: 'operator' },
      action: 'sign_in_link.issue',
      outcome: 'success',
      detail: { email },
    })
    return linkUrl(this.context.addresses.publicUrl, token)
  }

  /** A3: makes a link for a known address only; one that is live ends the former. */
  async #issue(email: string, nonce: string | null): Promise<string | null> {
    const { prisma, clock, random } = this.context
    const now = clock.now()
    const token = newToken(random)
    return await prisma.$transaction(async (tx) => {
      await holdLock(tx, 'signInLink')
      const user = await tx.user.findUnique({ where: { email } })
      if (user === null || user.disabledAt !== null) return null
      await tx.signInLink.updateMany({
        where: { kind: { in: ['login', 'operator'] }, email, consumedAt: null },
        data: { consumedAt: new Date(now) },
      })
      await tx.signInLink.create({
        data: {
          id: newId(random),
          tokenHash: sha256(token),
          kind: nonce === null ? 'operator' : 'login',
          email,
          browserHash: nonce === null ? null : sha256(nonce),
          createdAt: new Date(now),
          expiresAt: new Date(now + LINK_MS),
        },
      })
      return token
    })
  }

  /**
   * What the page behind a link shows. Consumes nothing.
   * @throws TalosError `link_invalid`, `link_other_browser`
   */
  async look(
    token: string,
    nonce: string | undefined,
  ): Promise<{ kind: 'login' | 'owner'; email: string | null }> {
    const link = await this.#find(token, nonce)
    return link.kind === 'owner'
      ? { kind: 'owner', email: this.context.config.ownerEmail }
      : { kind: 'login', email: link.email }
  }

  /**
   * Consumes the link and signs in.
   * @throws TalosError `link_invalid`, `link_other_browser`, `owner_email_mismatch`, or `invalid_request` when an owner
   * link comes without an address
   */
  async confirm(confirmation: Confirmation, browser: Browser): Promise<NewSession> {
    try {
      return await this.#confirm(confirmation, browser)
    } catch (error) {
      if (error instanceof TalosError) this.#noteRefusal(error, browser)
      throw error
    }
  }

  #noteRefusal({ code }: TalosError, { address, requestId }: Browser): void {
    this.context.audit.bestEffort({
      actor: ANONYMOUS,
      action: 'user.sign_in',
      outcome: code === 'invalid_request' ? 'validation_failed' : 'denied',
      address,
      requestId,
      detail: { code },
    })
  }

  async #confirm(confirmation: Confirmation, browser: Browser): Promise<NewSession> {
    const link = await this.#find(confirmation.token, confirmation.nonce)
    const session = await this.context.prisma.$transaction((tx) =>
      link.kind === 'owner'
        ? this.#confirmOwner(tx, link, confirmation.email, browser)
        : this.#confirmLogin(tx, link, browser),
    )
    this.sessions.announce(session.displaced, 'session.displaced')
    return session
  }

  async #find(token: string, nonce: string | undefined): Promise<SignInLink> {
    const { prisma, clock } = this.context
    const link = await prisma.signInLink.findUnique({ where: { tokenHash: sha256(token) } })
    if (link === null || link.consumedAt !== null || link.expiresAt.getTime() <= clock.now()) throw invalid()
    // A7: whoever finds the link in a mailbox that is not his signs nobody in.
    if (link.kind === 'login' && !secretMatches(nonce ?? '', link.browserHash))
      throw new TalosError(
        'link_other_browser',
        'Open the link in the browser in which you asked for it, or ask for a new one here.',
      )
    return link
  }

  /** A23: one conditional update; of many that race, one gets the row. */
  async #consume(tx: Tx, link: SignInLink): Promise<void> {
    const now = new Date(this.context.clock.now())
    const { count } = await tx.signInLink.updateMany({
      where: { id: link.id, consumedAt: null, expiresAt: { gt: now } },
      data: { consumedAt: now },
    })
    if (count !== 1) throw invalid()
  }

  async #confirmLogin(tx: Tx, link: SignInLink, browser: Browser): Promise<NewSession> {
    await this.#consume(tx, link)
    const user = await tx.user.findUnique({ where: { email: link.email ?? '' } })
    if (user === null || user.disabledAt !== null) throw invalid()
    return await signIn(tx, this, user.id, { method: 'magic_link' }, browser)
  }

  async #confirmOwner(
    tx: Tx,
    link: SignInLink,
    email: string | undefined,
    browser: Browser,
  ): Promise<NewSession> {
    const { config } = this.context
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
    const userId = await becomeOwner(tx, this.context, email, browser)
    return await signIn(tx, this, userId, { method: 'owner_link' }, browser)
  }
}
