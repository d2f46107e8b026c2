/**
 * The one place where a session begins, however the person proved who they are.
 * @module
 */
import type { Context, Tx } from '../context.js'
import type { Browser } from '../http/browser.js'
import { acceptInvites } from './invited.js'
import type { Proof } from './proof.js'
import type { NewSession, Sessions } from './sessions.js'

export interface SignInParts {
  readonly context: Context
  readonly sessions: Sessions
}

/**
 * Begins a session inside the transaction that took the proof. The caller has made sure that the person is not barred,
 * and after the commit calls `sessions.announce(displaced, 'session.displaced')`.
 */
export async function signIn(
  tx: Tx,
  { context, sessions }: SignInParts,
  userId: string,
  proof: Proof,
  browser: Browser,
): Promise<NewSession> {
  const session = await sessions.create(tx, userId, proof, browser)
  await context.audit.record(tx, {
    actor: { kind: 'user', id: userId },
    action: 'user.sign_in',
    targetKind: 'user',
    targetId: userId,
    outcome: 'success',
    address: browser.address,
    requestId: browser.requestId,
    detail: { ...proof, sessionId: session.id, displaced: session.displaced },
  })
  // To have proved the address is all that an invite asks for.
  await acceptInvites(tx, context, userId, session.id, browser)
  return session
}
