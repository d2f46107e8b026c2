/**
 * Proving anew who one is, by a code in a mail, for people without a passkey (A12, A44). It proves that the mailbox is
 * still theirs, no more; who has a passkey uses that.
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import { MINUTE } from '../../shared/time.js'
import type { Background } from '../background.js'
import type { Context } from '../context.js'
import { newId } from '../crypto/ids.js'
import { newToken, sha256 } from '../crypto/secrets.js'
import type { SessionActor } from '../http/actor.js'
import { auditOf, type Caller } from '../http/caller.js'
import type { MailBudget } from './mail-budget.js'
import type { Mailer } from './mailers.js'
import type { RenewedSession, Sessions } from './sessions.js'
import { displayCode, MAX_CODE_TRIES, type ShortCodes } from './short-codes.js'
import { stepUpMail } from './sign-in-mail.js'

export const STEP_UP_CODE_MS = 10 * MINUTE

export interface StepUpParts {
  readonly context: Context
  readonly sessions: Sessions
  readonly mailer: Mailer
  readonly budget: MailBudget
  readonly background: Background
  readonly codes: ShortCodes
}

export class StepUp {
  constructor(private readonly parts: StepUpParts) {}

  /**
   * Mails a code for this session; a former one ends.
   * @throws TalosError `forbidden` for somebody with a passkey, `rate_limited` when the mails of this hour are spent
   */
  async sendCode(person: SessionActor, caller: Caller): Promise<void> {
    const { context, mailer, budget, background, codes } = this.parts
    const { prisma, clock, random, audit } = context
    if (person.hasPasskey) throw new TalosError('forbidden', 'You have a passkey: prove yourself with that.')
    const now = clock.now()
    if (!budget.take(person.email, now, 'known'))
      throw new TalosError(
        'rate_limited',
        'Too many codes were mailed in this hour. Sign out and in again.',
        {
          retryAfterS: 60 * 60,
        },
      )
    const id = newId(random)
    // Nobody learns it: the link is never written down, only the code that belongs to it.
    const token = newToken(random)
    const code = codes.codeOf(token)
    await prisma.$transaction(async (tx) => {
      await tx.signInLink.updateMany({
        where: { kind: 'step_up', sessionId: person.sessionId, consumedAt: null },
        data: { consumedAt: new Date(now) },
      })
      await tx.signInLink.create({
        data: {
          ...{
            id,
            tokenHash: sha256(token),
            kind: 'step_up',
            email: person.email,
            sessionId: person.sessionId,
          },
          codeHash: codes.hash(id, code),
          address: caller.address,
          createdAt: new Date(now),
          expiresAt: new Date(now + STEP_UP_CODE_MS),
        },
      })
      await audit.record(tx, {
        ...auditOf(caller),
        ...{ action: 'session.step_up_mail', targetKind: 'session', targetId: person.sessionId },
        outcome: 'success',
      })
    })
    const mail = stepUpMail({
      ...{ to: person.email, code: displayCode(code), lifeMs: STEP_UP_CODE_MS, address: caller.address },
    })
    background.run('step-up mail', () => mailer.send(mail))
  }

  /**
   * Takes the code of the mail, once. The session goes on under a new secret.
   * @throws TalosError `code_invalid` for whatever is wrong with it; `not_signed_in` when the session has ended meanwhile
   */
  async confirmCode(person: SessionActor, code: string, caller: Caller): Promise<RenewedSession> {
    const { context, sessions, codes } = this.parts
    const { prisma, clock } = context
    const now = new Date(clock.now())
    const live = { kind: 'step_up', sessionId: person.sessionId, consumedAt: null, expiresAt: { gt: now } }
    // Taken before it is judged: guesses side by side are no more than guesses in a row.
    const links = await prisma.signInLink.updateManyAndReturn({
      where: { ...live, codeTries: { lt: MAX_CODE_TRIES } },
      data: { codeTries: { increment: 1 } },
    })
    const link = links.find(({ id, codeHash }) => codes.matches(id, code, codeHash))
    if (link === undefined) {
      context.audit.bestEffort({
        ...auditOf(caller),
        ...{ action: 'session.step_up', targetKind: 'session', targetId: person.sessionId },
        outcome: 'denied',
      })
      throw wrongCode()
    }
    return await prisma.$transaction(async (tx) => {
      const { count } = await tx.signInLink.updateMany({
        where: { id: link.id, ...live },
        data: { consumedAt: now },
      })
      if (count !== 1) throw wrongCode()
      return await sessions.prove(tx, person.sessionId, 'magic_link', caller)
    })
  }
}

const wrongCode = () =>
  new TalosError(
    'code_invalid',
    'Look at the mail again. After five wrong codes it is dead: have a new one sent.',
  )
