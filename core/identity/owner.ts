/**
 * The first person of an installation (R5). While there is nobody, each start prints a link; whoever opens it first, with
 * the configured address if there is one, becomes owner.
 * @module
 */
import { DAY } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { newToken, sha256 } from '../crypto/secrets.js'
import type { Browser } from '../http/browser.js'
import { holdLock } from '../locks.js'

export const OWNER_LINK_MS = DAY
/** The organisation of a fresh installation. */
const FIRST_ORG = { slug: 'main', name: 'Main' } as const

/** The secret of a new owner link, ending former ones; null once there is any user. */
export async function issueOwnerLink(context: Context): Promise<string | null> {
  const { prisma, clock, random } = context
  const now = clock.now()
  const token = newToken(random)
  return await prisma.$transaction(async (tx) => {
    await holdLock(tx, 'owner')
    if ((await tx.user.count()) > 0) return null
    await tx.signInLink.deleteMany({ where: { kind: 'owner' } })
    await tx.signInLink.create({
      data: {
        id: newId(random),
        tokenHash: sha256(token),
        kind: 'owner',
        createdAt: new Date(now),
        expiresAt: new Date(now + OWNER_LINK_MS),
      },
    })
    return token
  })
}

/** Makes the owner and, if there is none, the organisation. The caller holds the lock and knows that nobody is there. */
export async function becomeOwner(
  tx: Tx,
  context: Context,
  email: string,
  browser: Browser,
): Promise<string> {
  const { clock, random, audit } = context
  const createdAt = new Date(clock.now())
  const org =
    (await tx.org.findFirst({ orderBy: { createdAt: 'asc' } })) ??
    (await tx.org.create({ data: { id: newId(random), ...FIRST_ORG, createdAt } }))
  const user = await tx.user.create({ data: { id: newId(random), email, createdAt } })
  await tx.membership.create({ data: { userId: user.id, orgId: org.id, role: 'owner', createdAt } })
  await audit.record(tx, {
    orgId: org.id,
    actor: { kind: 'system', id: 'owner-link' },
    action: 'user.create',
    targetKind: 'user',
    targetId: user.id,
    outcome: 'success',
    address: browser.address,
    requestId: browser.requestId,
    detail: { role: 'owner' },
  })
  return user.id
}
