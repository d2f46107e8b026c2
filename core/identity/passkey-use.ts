/**
 * Using a passkey: to sign in without an address, or to prove oneself anew (A12, A44).
 * @module
 */
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server'
import type { Passkey, User } from '../../prisma/generated/client.js'
import { TalosError } from '../../shared/errors.js'
import type { Tx } from '../context.js'
import { ANONYMOUS, type SessionActor } from '../http/actor.js'
import type { Browser } from '../http/browser.js'
import type { Caller } from '../http/caller.js'
import { isBarred } from './members.js'
import type { ChallengeFor } from './passkey-challenges.js'
import { type PasskeyParts, refusedPasskey } from './passkey-parts.js'
import type { RelyingParty } from './relying-party.js'
import type { NewSession, RenewedSession } from './sessions.js'
import { signIn } from './sign-in.js'

type Known = Passkey & { readonly user: User }

export class PasskeyUse {
  constructor(private readonly parts: PasskeyParts) {}

  /** Options for `navigator.credentials.get()` of somebody unknown: no list of credentials, so nothing is told (A4). */
  async startSignIn(nonce: string, rp: RelyingParty) {
    return await this.#options({ purpose: 'sign_in', nonce }, rp, [])
  }

  /** Options for the person of a session, who has to use one of the own passkeys. */
  async startStepUp(person: SessionActor, rp: RelyingParty) {
    const own = await this.parts.context.prisma.passkey.findMany({ where: { userId: person.id } })
    return await this.#options({ purpose: 'step_up', sessionId: person.sessionId }, rp, own)
  }

  /** @throws TalosError `passkey_refused` */
  async finishSignIn(
    nonce: string,
    rp: RelyingParty,
    credential: AuthenticationResponseJSON,
    browser: Browser,
  ): Promise<NewSession> {
    const { context, sessions } = this.parts
    try {
      const proved = await this.#prove({ purpose: 'sign_in', nonce }, rp, credential)
      const session = await context.prisma.$transaction(async (tx) => {
        await this.#use(tx, proved)
        const proof = { method: 'passkey', passkeyId: proved.passkey.id } as const
        return await signIn(tx, { context, sessions }, proved.passkey.userId, proof, browser)
      })
      sessions.announce(session.displaced, 'session.displaced')
      return session
    } catch (error) {
      if (error instanceof TalosError)
        context.audit.bestEffort({
          ...{ actor: ANONYMOUS, action: 'user.sign_in', outcome: 'denied' },
          ...{ address: browser.address, requestId: browser.requestId },
          detail: { method: 'passkey', code: error.code },
        })
      throw error
    }
  }

  /** @throws TalosError `passkey_refused`; `not_signed_in` when the session has ended meanwhile */
  async finishStepUp(
    person: SessionActor,
    rp: RelyingParty,
    credential: AuthenticationResponseJSON,
    caller: Caller,
  ): Promise<RenewedSession> {
    const { context, sessions } = this.parts
    const proved = await this.#prove({ purpose: 'step_up', sessionId: person.sessionId }, rp, credential)
    if (proved.passkey.userId !== person.id) throw refusedPasskey()
    return await context.prisma.$transaction(async (tx) => {
      await this.#use(tx, proved)
      return await sessions.prove(tx, person.sessionId, 'passkey', caller)
    })
  }

  async #options(whom: ChallengeFor, rp: RelyingParty, own: readonly Passkey[]) {
    const challenge = await this.parts.challenges.issue(whom)
    return await generateAuthenticationOptions({
      rpID: rp.id,
      challenge: new Uint8Array(challenge),
      userVerification: 'required',
      ...(own.length === 0
        ? {}
        : {
            allowCredentials: own.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
          }),
    })
  }

  /** The passkey and its new counter, once signature, challenge, origin and person are right. */
  async #prove(whom: ChallengeFor, rp: RelyingParty, credential: AuthenticationResponseJSON) {
    const { context, challenges } = this.parts
    const passkey: Known | null = await context.prisma.passkey.findUnique({
      where: { credentialId: credential.id },
      include: { user: true },
    })
    if (passkey === null || isBarred(passkey.user, context.clock.now())) throw refusedPasskey()
    const { userHandle } = credential.response
    if (userHandle !== undefined && Buffer.from(userHandle, 'base64url').toString('utf8') !== passkey.userId)
      throw refusedPasskey()
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: credential,
      expectedChallenge: (challenge) => challenges.take(challenge, whom),
      expectedOrigin: rp.origin,
      expectedRPID: rp.id,
      credential: {
        id: passkey.credentialId,
        publicKey: new Uint8Array(passkey.publicKey),
        counter: Number(passkey.counter),
      },
      requireUserVerification: true,
    }).catch((error: unknown) => {
      throw refusedPasskey(error)
    })
    if (!verified) throw refusedPasskey()
    return { passkey, counter: BigInt(authenticationInfo.newCounter) }
  }

  /** WebAuthn, 6.1.1: a counter that another use has moved meanwhile means a copy of the key. */
  async #use(
    tx: Tx,
    { passkey, counter }: { readonly passkey: Known; readonly counter: bigint },
  ): Promise<void> {
    const { count } = await tx.passkey.updateMany({
      where: { id: passkey.id, counter: passkey.counter },
      data: { counter, lastUsedAt: new Date(this.parts.context.clock.now()) },
    })
    if (count !== 1) throw refusedPasskey()
  }
}
