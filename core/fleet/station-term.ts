/**
 * E22: until when a station may work, as people set it.
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import type { OrgCaller } from '../http/caller.js'
import { permissionsIn } from '../http/guard.js'
import { requireStepUp } from '../http/step-up.js'

/**
 * When a station is to end, as a person has set it.
 * @throws TalosError `forbidden` or `step_up_required` for who may not revoke it: that is what happens then;
 * `invalid_request` for a time that is over
 */
export function endOf({ actor, org }: OrgCaller, expiresAt: string | null, nowMs: number): Date | null {
  if (!permissionsIn(actor, org.slug).has('remove_stations'))
    throw new TalosError('forbidden', 'To set expiresAt needs the permission remove_stations.')
  requireStepUp(actor, nowMs)
  if (expiresAt === null) return null
  const end = new Date(expiresAt)
  if (end.getTime() > nowMs) return end
  const detail = `must lie ahead; ${expiresAt} is over`
  throw new TalosError('invalid_request', `The body does not fit: /expiresAt ${detail}.`, {
    errors: [{ pointer: '/expiresAt', detail }],
  })
}
