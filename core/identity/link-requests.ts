/**
 * Asking for a link that signs in: a secret in a fragment (A18), sent by mail, alive for ten minutes.
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import { MINUTE } from '../../shared/time.js'
import type { Background } from '../background.js'
import type { Context } from '../context.js'
import { newId } from '../crypto/ids.js'
import { newToken, sha256 } from '../crypto/secrets.js'
import type { Browser } from '../http/browser.js'
import { holdLock } from '../locks.js'
import { isAwaited } from './invited.js'
import type { KnownBrowser } from './known-browsers.js'
import type { MailBudget } from './mail-budget.js'
import type { Mailer } from './mailers.js'
import { isBarred } from './members.js'
import { linkMail } from './sign-in-mail.js'

/** A5. */
export const LINK_MS = 10 * MINUTE

/** The address of the page behind a link (A45: from the configuration, never from a Host header). */
export const linkUrl = (publicUrl: string, token: string): string => `${publicUrl}/sign-in#${token}`

/** The browser that asks for a link. */
export interface Asker extends Browser {
  /** What it keeps as a cookie (A7). */
  readonly nonce: string
  readonly known: KnownBrowser | null
}

export interface LinkRequestsParts {
  readonly context: Context
  readonly mailer: Mailer
  readonly budget: MailBudget
  readonly background: Background
}

export class LinkRequests {
  constructor(private readonly parts: LinkRequestsParts) {}

  /**
   * A4: takes the request and does the rest after the reply, so that neither the answer nor its time tells whether the
   * address is known.
   */
  request(email: string, asker: Asker): void {
    const { context, mailer, budget, background } = this.parts
    background.run('sign-in mail', async () => {
      const now = context.clock.now()
      // Before the budget: strangers who make addresses up must not spend the mails of those who work here.
      const user = await context.prisma.user.findUnique({ where: { email } })
      const isWelcome = user === null ? await isAwaited(context, email) : !isBarred(user, now)
      if (!isWelcome) return
      const purse = user !== null && asker.known?.userId === user.id ? 'known' : 'strangers'
      if (!budget.take(email, now, purse)) {
        context.log.warn({ purse }, 'a sign-in mail was left out: the budget of this hour is spent')
        return
      }
      const url = linkUrl(context.addresses.publicUrl, await this.#make(email, asker))
      await mailer.send(linkMail({ to: email, url, lifeMs: LINK_MS, address: asker.address }))
    })
  }

  /**
   * A link for whoever operates this process, who may do anything here anyway: not sent to anybody, not bound to a
   * browser, usable once. @throws TalosError `not_found` when the address is nobody's
   */
  async issueForOperator(email: string): Promise<string> {
    const { prisma, clock, audit, addresses } = this.parts.context
    const user = await prisma.user.findUnique({ where: { email } })
    if (user === null || isBarred(user, clock.now()))
      throw new TalosError('not_found', `Nobody here has the address ${email}.`)
    const token = await this.#make(email, null)
    await audit.record(prisma, {
      actor: { kind: 'system', id: 'operator' },
      action: 'sign_in_link.issue',
      outcome: 'success',
      detail: { email },
    })
    return linkUrl(addresses.publicUrl, token)
  }

  /**
   * A new link ends the former one of the same browser. One that another browser asked for lives on, or strangers could
   * end a person's link again and again; whichever is used first ends all the others (`SignInLinks`).
   */
  async #make(email: string, asker: Asker | null): Promise<string> {
    const { prisma, clock, random } = this.parts.context
    const now = clock.now()
    const token = newToken(random)
    const kind = asker === null ? 'operator' : 'login'
    const browserHash = asker === null ? null : sha256(asker.nonce)
    await prisma.$transaction(async (tx) => {
      await holdLock(tx, 'signInLink')
      await tx.signInLink.updateMany({
        where: { kind, email, browserHash, consumedAt: null },
        data: { consumedAt: new Date(now) },
      })
      await tx.signInLink.create({
        data: {
          ...{ id: newId(random), tokenHash: sha256(token), kind, email, browserHash },
          address: asker?.address ?? null,
          userAgent: asker?.userAgent.slice(0, 300) ?? null,
          createdAt: new Date(now),
          expiresAt: new Date(now + LINK_MS),
        },
      })
    })
    return token
  }
}
