/**
 * Passkeys (WebAuthn): the strong factor of a person (A44). Registering, naming, removing them.
 * @module
 */
import {
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { Passkey } from '../../prisma/generated/client.js'
import type { PasskeyItem } from '../../shared/api/passkeys.js'
import { TalosError } from '../../shared/errors.js'
import type { Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import type { SessionActor } from '../http/actor.js'
import { auditOf, type Caller } from '../http/caller.js'
import { assertMayAdminister, rightsOf } from './authority.js'
import { membershipsOf, WITH_MEMBERSHIPS } from './members.js'
import { type PasskeyParts, refusedPasskey, transportsOf } from './passkey-parts.js'
import type { RelyingParty } from './relying-party.js'

const MAX_PASSKEYS = 10

export const passkeyView = (row: Passkey): PasskeyItem => ({
  id: row.id,
  name: row.name,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  backedUp: row.backedUp,
})

export class Passkeys {
  constructor(private readonly parts: PasskeyParts) {}

  async list(userId: string): Promise<PasskeyItem[]> {
    const rows = await this.parts.context.prisma.passkey.findMany({
      where: { userId },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    })
    return rows.map(passkeyView)
  }

  /**
   * Options for `navigator.credentials.create()`.
   * @throws TalosError `conflict` for the eleventh
   */
  async startRegistration(person: SessionActor, rp: RelyingParty) {
    const { context, challenges } = this.parts
    const own = await context.prisma.passkey.findMany({ where: { userId: person.id } })
    if (own.length >= MAX_PASSKEYS)
      throw new TalosError(
        'conflict',
        `You have ${own.length} passkeys already. Remove one that you do not use.`,
      )
    const challenge = await challenges.issue({ purpose: 'register', sessionId: person.sessionId })
    return await generateRegistrationOptions({
      rpName: 'Talos',
      rpID: rp.id,
      userName: person.email,
      userDisplayName: person.name ?? person.email,
      userID: new TextEncoder().encode(person.id),
      challenge: new Uint8Array(challenge),
      attestationType: 'none',
      excludeCredentials: own.map(({ credentialId, transports }) => ({
        id: credentialId,
        transports: transportsOf(transports),
      })),
      // Discoverable, so that signing in asks for no address; verified by PIN or finger, so that a found key is no key.
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
  }

  /**
   * Stores what the browser made.
   * @throws TalosError `passkey_refused` for whatever does not verify
   */
  async finishRegistration(
    person: SessionActor,
    rp: RelyingParty,
    name: string,
    credential: RegistrationResponseJSON,
    caller: Caller,
  ): Promise<PasskeyItem> {
    const { context, challenges } = this.parts
    const whom = { purpose: 'register', sessionId: person.sessionId } as const
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: credential,
      expectedChallenge: (challenge) => challenges.take(challenge, whom),
      expectedOrigin: rp.origin,
      expectedRPID: rp.id,
      requireUserVerification: true,
    }).catch((error: unknown) => {
      throw refusedPasskey(error)
    })
    if (!verified) throw refusedPasskey()
    const { credential: made, aaguid, credentialBackedUp } = registrationInfo
    const { prisma, clock, random, audit } = context
    const id = newId(random)
    return await prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT 1 FROM "User" WHERE "id" = ${person.id} FOR UPDATE`
      const own = await tx.passkey.count({ where: { userId: person.id } })
      const taken = await tx.passkey.findUnique({ where: { credentialId: made.id } })
      if (own >= MAX_PASSKEYS || taken !== null) throw refusedPasskey()
      const row = await tx.passkey.create({
        data: {
          ...{ id, userId: person.id, name, aaguid, backedUp: credentialBackedUp },
          credentialId: made.id,
          publicKey: new Uint8Array(made.publicKey),
          counter: BigInt(made.counter),
          transports: transportsOf(made.transports ?? []),
          createdAt: new Date(clock.now()),
        },
      })
      await audit.record(tx, {
        ...auditOf(caller),
        ...{ action: 'passkey.register', targetKind: 'passkey', targetId: id, outcome: 'success' },
        detail: { name, aaguid, backedUp: credentialBackedUp },
      })
      return passkeyView(row)
    })
  }

  /** Null when the person has no such passkey. */
  async rename(userId: string, id: string, name: string): Promise<PasskeyItem | null> {
    const [row] = await this.parts.context.prisma.passkey.updateManyAndReturn({
      where: { id, userId },
      data: { name },
    })
    return row === undefined ? null : passkeyView(row)
  }

  /** Removes one, and ends the other sessions that began with it; false when the person has no such passkey. */
  async remove(person: SessionActor, id: string, caller: Caller): Promise<boolean> {
    const { prisma } = this.parts.context
    const ended = await prisma.$transaction(async (tx) => {
      const { count } = await tx.passkey.deleteMany({ where: { id, userId: person.id } })
      if (count !== 1) return null
      return await this.#ended(tx, [id], person.sessionId, 'passkey.remove', id, caller)
    })
    if (ended === null) return false
    this.parts.sessions.announce(ended, 'passkey.remove')
    return true
  }

  /**
   * Removes all passkeys of somebody who has lost them: the next dangerous act asks for a code by mail again.
   * @returns how many
   * @throws TalosError `not_found`, `forbidden`
   */
  async forgetAll(caller: Caller, userId: string): Promise<number> {
    const { prisma, clock } = this.parts.context
    const { removed, ended } = await prisma.$transaction(async (tx) => {
      const rights = await rightsOf(tx, caller.actor, clock.now())
      const user = await tx.user.findUnique({ where: { id: userId }, include: WITH_MEMBERSHIPS })
      const standings = user === null ? [] : membershipsOf(user, null)
      assertMayAdminister(
        rights,
        standings.map(({ org, role }) => ({ orgId: org.id, role })),
        userId,
      )
      const rows = await tx.passkey.findMany({ where: { userId }, select: { id: true } })
      const ids = rows.map(({ id }) => id)
      await tx.passkey.deleteMany({ where: { id: { in: ids } } })
      return {
        removed: ids.length,
        ended: await this.#ended(tx, ids, null, 'passkey.forget', userId, caller),
      }
    })
    this.parts.sessions.announce(ended, 'passkey.forget')
    return removed
  }

  async #ended(
    tx: Tx,
    passkeyIds: string[],
    but: string | null,
    action: 'passkey.remove' | 'passkey.forget',
    targetId: string,
    caller: Caller,
  ): Promise<string[]> {
    const { clock, audit } = this.parts.context
    const ended = await tx.session.updateManyAndReturn({
      where: { passkeyId: { in: passkeyIds }, endedAt: null, ...(but === null ? {} : { NOT: { id: but } }) },
      data: { endedAt: new Date(clock.now()) },
      select: { id: true },
    })
    const targetKind = action === 'passkey.remove' ? 'passkey' : 'user'
    await audit.record(tx, {
      ...auditOf(caller),
      ...{ action, targetKind, targetId, outcome: 'success' },
      detail: { passkeys: passkeyIds.length, sessions: ended.length },
    })
    return ended.map(({ id }) => id)
  }
}
