/**
 * What is sealed in the database, brought to the newest form and the current master key (A38, O17).
 * @module
 */
import type { Tx } from '../ports.js'
import type { Sealer } from './seal.js'

/** Where the private half of a signing key is sealed. */
export const signingKeyPlace = (kid: string): string => `SigningKey:sealed:${kid}`

/** Where the private key of a certificate authority is sealed. */
export const authorityPlace = (id: string): string => `CertificateAuthority:sealed:${id}`

/** Where the secret that signs a webhook is sealed. */
export const webhookPlace = (id: string): string => `NotificationRule:sealed:${id}`

/**
 * Seals anew what is of an older form or under the previous key. What lives for minutes is not carried over: sign-ins at
 * an OpenID provider that are under way begin again.
 * @throws TalosError `master_key_wrong` when a secret opens with neither key; nothing has changed then
 */
export async function sealAnew(tx: Tx, sealer: Sealer): Promise<void> {
  // Of a retired key nothing is kept to open.
  const where = { retiredAt: null }
  for (const { kid, sealed } of await tx.signingKey.findMany({
    where,
    select: { kid: true, sealed: true },
  })) {
    if (sealer.isCurrent(sealed)) continue
    const place = signingKeyPlace(kid)
    const anew = sealer.seal(sealer.open(sealed, place), place)
    await tx.signingKey.update({ where: { kid }, data: { sealed: anew } })
  }
  for (const { id, sealed } of await tx.certificateAuthority.findMany({
    where,
    select: { id: true, sealed: true },
  })) {
    if (sealer.isCurrent(sealed)) continue
    const place = authorityPlace(id)
    const anew = sealer.seal(sealer.open(sealed, place), place)
    await tx.certificateAuthority.update({ where: { id }, data: { sealed: anew } })
  }
  for (const { id, sealed } of await tx.notificationRule.findMany({ select: { id: true, sealed: true } })) {
    if (sealed === null || sealer.isCurrent(sealed)) continue
    const place = webhookPlace(id)
    const anew = sealer.seal(sealer.open(sealed, place), place)
    await tx.notificationRule.update({ where: { id }, data: { sealed: anew } })
  }
  const flows = await tx.oidcFlow.findMany({ select: { id: true, codeVerifier: true } })
  const stale = flows.filter(({ codeVerifier }) => !sealer.isCurrent(codeVerifier))
  await tx.oidcFlow.deleteMany({ where: { id: { in: stale.map(({ id }) => id) } } })
}
