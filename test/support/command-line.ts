/**
 * A command line that a person has let in, as `talos login` does it.
 * @module
 */
import { POLL_INTERVAL_MS } from '../../core/identity/device-logins.js'
import type { Answer, ApiClient } from './client.js'
import type { BareCore } from './core.js'

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

export interface CommandLineLogin {
  readonly access: string
  readonly refresh: string
  /** A program with the access token. */
  readonly program: ApiClient
}

/** Asks for the next tokens, from an address of its own. */
export const refreshWith = (core: BareCore, refresh_token: string): Promise<Answer> =>
  core.browser().api('POST', '/auth/token', { grant_type: 'refresh_token', refresh_token })

/** The whole device authorization (RFC 8628). @throws Error when it is not granted */
export async function loginCommandLine(
  core: BareCore,
  person: ApiClient,
  clientName = 'talos on tower-3',
): Promise<CommandLineLogin> {
  const device = core.browser()
  const { body } = await device.api('POST', '/auth/device/code', { clientName })
  const approval = await person.api('POST', '/auth/device/approve', { userCode: body.user_code })
  core.clock.aheadMs += POLL_INTERVAL_MS
  const request = { grant_type: DEVICE_GRANT, device_code: body.device_code }
  const granted = await device.api('POST', '/auth/device/token', request)
  if (granted.status !== 200)
    throw new Error(`approved with ${approval.status}, granted with ${granted.status} ${granted.body.code}`)
  const { access_token: access, refresh_token: refresh } = granted.body
  return { access, refresh, program: core.program(access) }
}
