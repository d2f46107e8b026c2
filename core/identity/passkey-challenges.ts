/**
 * What an authenticator has to sign (WebAuthn, 13.4.3): random, for one purpose, one browser, five minutes, once.
 * @module
 */
import { MINUTE } from '../../shared/time.js'
import type { Context } from '../context.js'
import { newId } from '../crypto/ids.js'
import { sha256 } from '../crypto/secrets.js'

export const CHALLENGE_MS = 5 * MINUTE

/** For whom it was made: a browser that signs in, by its nonce, or a session. */
export type ChallengeFor =
  | { readonly purpose: 'sign_in'; readonly nonce: string }
  | { readonly purpose: 'register' | 'step_up'; readonly sessionId: string }

export class PasskeyChallenges {
  constructor(private readonly context: Pick<Context, 'prisma' | 'clock' | 'random'>) {}

  /** Returns the challenge, 32 bytes. */
  async issue(whom: ChallengeFor): Promise<Buffer<ArrayBuffer>> {
    const { prisma, clock, random } = this.context
    const challenge = random(32)
    const now = clock.now()
    await prisma.passkeyChallenge.create({
      data: {
        id: newId(random),
        hash: sha256(challenge.toString('base64url')),
        ...bound(whom),
        createdAt: new Date(now),
        expiresAt: new Date(now + CHALLENGE_MS),
      },
    })
    return challenge
  }

  /** Uses a challenge up, as the browser signed it (base64url); false when it is not this one's, or no longer. */
  async take(challenge: string, whom: ChallengeFor): Promise<boolean> {
    const { prisma, clock } = this.context
    const now = new Date(clock.now())
    const { count } = await prisma.passkeyChallenge.updateMany({
      where: { hash: sha256(challenge), ...bound(whom), consumedAt: null, expiresAt: { gt: now } },
      data: { consumedAt: now },
    })
    return count === 1
  }

  /** Deletes those that can answer nobody any more. */
  async sweep(): Promise<void> {
    const { prisma, clock } = this.context
    await prisma.passkeyChallenge.deleteMany({ where: { expiresAt: { lt: new Date(clock.now()) } } })
  }
}

const bound = (whom: ChallengeFor) =>
  whom.purpose === 'sign_in'
    ? { purpose: whom.purpose, browserHash: sha256(whom.nonce) }
    : { purpose: whom.purpose, sessionId: whom.sessionId }
