/**
 * The mail that tells somebody of an invite. It holds no secret: signing in proves whose address it is.
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import { HOUR, SECOND } from '../../shared/time.js'
import type { Background } from '../background.js'
import type { Context } from '../context.js'
import type { Actor, OrgRef } from '../http/actor.js'
import { MailBudget } from './mail-budget.js'
import type { Mailer } from './mailers.js'

export class InviteMail {
  /** A2: apart from that of sign-in links, so that inviting a whole team keeps nobody from signing in. */
  readonly #budget = new MailBudget()

  constructor(
    private readonly context: Context,
    private readonly mailer: Mailer,
    private readonly background: Background,
  ) {}

  /** Takes one mail from the budget. @throws TalosError `rate_limited` */
  take(email: string): void {
    if (this.#budget.take(email, this.context.clock.now())) return
    throw new TalosError('rate_limited', 'Too many invites were mailed in this hour. Wait, and try again.', {
      retryAfterS: HOUR / SECOND,
    })
  }

  /** After the commit. */
  send(
    invite: { readonly email: string; readonly role: string; readonly expiresAt: Date },
    org: OrgRef,
    inviter: Actor,
  ): void {
    const by = inviter.kind === 'user' ? inviter.email : inviter.kind
    this.background.run('invite mail', () =>
      this.mailer.send({
        to: invite.email,
        subject: `You are invited to ${org.name} on Talos`,
        text:
          `${by} invites you to the organisation «${org.name}» as ${invite.role.replace('_', ' ')}.\n\n` +
          `Open this page and sign in with this address, before ${invite.expiresAt.toISOString().slice(0, 10)}:\n\n` +
          `${this.context.addresses.publicUrl}/sign-in\n\n` +
          'If you do not know what this is, ignore this mail: without you nothing happens.\n',
      }),
    )
  }
}
