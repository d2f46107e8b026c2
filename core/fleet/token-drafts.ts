/**
 * Enrollment tokens on their way into the database: the secret, hashed before any transaction begins, and the rows.
 * @module
 */

import type { z } from 'zod'
import type { Station } from '../../prisma/generated/client.js'
import type { EnrollmentToken, enrollmentTokenCreated } from '../../shared/api/fleet.js'
import { installCommand, type Release } from '../agent-release.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { type NewSecret, newSecret } from '../crypto/secrets.js'
import { actorId } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import type { TokenTerms } from './token-terms.js'

/** A token that is in no database yet. */
export interface TokenDraft {
  readonly id: string
  /** The public half of the token. */
  readonly keyId: string
  /** `gse_<keyId>_<secret>`: for the answer, and nowhere else (E4). */
  readonly text: string
  /** Argon2id of the secret half (A40). */
  readonly secretHash: string
}

/** What a person wrote of one token, and the station that it is for. */
export interface TokenNote {
  readonly name: string
  readonly recipient: string | null
  readonly station: Pick<Station, 'id' | 'capabilities'> | null
}

type Makers = Pick<Context, 'random' | 'slowHash'>

/** @throws TalosError `unavailable` when too many secrets are being hashed */
export async function draftToken({ random, slowHash }: Makers): Promise<TokenDraft> {
  const { keyId, secret, text } = newSecret('gse', random)
  return { id: newId(random), keyId, text, secretHash: await slowHash.hash(secret) }
}

/** As many as a roster needs. @throws TalosError `unavailable` while another roster is being hashed */
export async function draftTokens({ random, slowHash }: Makers, count: number): Promise<TokenDraft[]> {
  const secrets = Array.from({ length: count }, () => newSecret('gse', random))
  const hashes = await slowHash.hashAll(secrets.map(({ secret }) => secret))
  return hashes.map((secretHash, at) => {
    const { keyId, text } = secrets[at] as NewSecret
    return { id: newId(random), keyId, text, secretHash }
  })
}

/** Stores the tokens with who issued what for whom (E6). */
export async function storeTokens(
  { audit }: Pick<Context, 'audit'>,
  tx: Tx,
  caller: OrgCaller,
  tokens: readonly (readonly [TokenDraft, TokenNote])[],
  terms: TokenTerms,
  batchId: string | null,
  now: Date,
): Promise<void> {
  const expiresAt = new Date(now.getTime() + terms.lifetimeMs)
  const { preApproved, maxUses } = terms
  const capabilitiesOf = ({ station }: TokenNote) =>
    terms.capabilities ?? station?.capabilities ?? ['rotator']
  await tx.enrollmentToken.createMany({
    data: tokens.map(([{ id, keyId, secretHash }, note]) => ({
      ...{ id, keyId, secretHash, preApproved, maxUses, batchId, expiresAt },
      orgId: caller.org.id,
      name: note.name,
      recipient: note.recipient,
      capabilities: capabilitiesOf(note),
      stationId: note.station?.id ?? null,
      createdById: actorId(caller.actor),
      createdAt: now,
    })),
  })
  await audit.recordAll(
    tx,
    tokens.map(([{ id }, note]) => ({
      ...auditOf(caller),
      action: 'enrollment_token.issue',
      targetKind: 'enrollment_token',
      targetId: id,
      outcome: 'success',
      detail: {
        ...{ name: note.name, recipient: note.recipient, stationId: note.station?.id ?? null },
        ...{ preApproved, maxUses, batchId, capabilities: capabilitiesOf(note) },
        expiresAt: expiresAt.toISOString(),
      },
    })),
  )
}

/** What whoever asked for the token is shown, once. `release`: the agent that this core gives to stations, if any. */
export function createdToken(
  { addresses }: Pick<Context, 'addresses'>,
  item: EnrollmentToken,
  { text }: TokenDraft,
  release: Release | null,
): z.infer<typeof enrollmentTokenCreated> {
  // E32: a fragment is in no log and no Referer.
  const enrollUrl = `${addresses.publicUrl}/enroll#${text}`
  return {
    item,
    enrollUrl,
    command: `npx talos agent enroll '${enrollUrl}'`,
    installCommand: release === null ? null : installCommand(addresses.publicUrl, enrollUrl),
    agentSha256: release?.sha256 ?? null,
  }
}
