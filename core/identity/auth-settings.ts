/**
 * How people may sign in here, as far as it is switched while core runs.
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import type { Context } from '../context.js'
import { auditOf, type Caller } from '../http/caller.js'

const PAIRING = 'pairing.enabled'

export class AuthSettings {
  constructor(private readonly context: Context) {}

  /** A31: off until somebody turns it on, and whenever the public address is not configured: phones come by that. */
  async isPairingEnabled(): Promise<boolean> {
    const { prisma, config } = this.context
    if (config.publicUrl === null) return false
    const row = await prisma.setting.findUnique({ where: { key: PAIRING } })
    return row?.value === 'true'
  }

  /** @throws TalosError `public_url_missing` when it is turned on without TALOS_PUBLIC_URL */
  async setPairingEnabled(enabled: boolean, caller: Caller): Promise<void> {
    const { prisma, config, audit } = this.context
    if (enabled && config.publicUrl === null)
      throw new TalosError(
        'public_url_missing',
        'A phone must know where this installation is: set TALOS_PUBLIC_URL and start core again.',
      )
    const value = String(enabled)
    await prisma.$transaction(async (tx) => {
      await tx.setting.upsert({ where: { key: PAIRING }, create: { key: PAIRING, value }, update: { value } })
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'auth_settings.update',
        targetKind: 'setting',
        targetId: PAIRING,
        outcome: 'success',
        detail: { enabled },
      })
    })
  }
}
