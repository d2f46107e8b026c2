/**
 * `auth/methods` and `settings/auth`: how people may sign in here.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { authSettingsRequest, authSettingsResponse, signInMethodsResponse } from '../../shared/api/pairing.js'
import type { Context } from '../context.js'
import { callerOf } from '../http/caller.js'
import type { Identity } from '../identity/identity.js'

export function authSettingsRoutes(
  { config }: Pick<Context, 'config'>,
  { settings, oidc }: Pick<Identity, 'settings' | 'oidc'>,
): FastifyPluginAsyncZod {
  const current = async () => ({
    pairing: await settings.isPairingEnabled(),
    publicUrlSet: config.publicUrl !== null,
  })
  return async (app) => {
    app.get(
      '/auth/methods',
      {
        config: { permission: 'public' },
        schema: {
          summary: 'Which ways to sign in the sign-in page offers',
          tags: ['sign-in'],
          response: { 200: signInMethodsResponse },
        },
      },
      async () => ({ pairing: await settings.isPairingEnabled(), oidc: oidc?.name ?? null }),
    )

    app.get(
      '/settings/auth',
      {
        config: { permission: 'manage_auth_settings' },
        schema: {
          summary: 'How people may sign in',
          tags: ['settings'],
          response: { 200: authSettingsResponse },
        },
      },
      current,
    )

    app.patch(
      '/settings/auth',
      {
        config: { permission: 'manage_auth_settings', stepUp: true },
        schema: {
          summary: 'Change how people may sign in',
          tags: ['settings'],
          body: authSettingsRequest,
          response: { 200: authSettingsResponse },
        },
      },
      async (request) => {
        await settings.setPairingEnabled(request.body.pairing, callerOf(request))
        return await current()
      },
    )
  }
}
