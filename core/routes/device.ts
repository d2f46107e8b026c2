/**
 * `auth/device/*`: signing in a command line (RFC 8628).
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { okSchema } from '../../shared/api/common.js'
import {
  deviceCodeRequest,
  deviceCodeResponse,
  deviceDecisionRequest,
  deviceLookupResponse,
  deviceTokenRequest,
  tokenResponse,
} from '../../shared/api/tokens.js'
import { SECOND } from '../../shared/time.js'
import type { Context } from '../context.js'
import { callerOf } from '../http/caller.js'
import { RATE_LIMITS } from '../http/rate-limits.js'
import {
  DEVICE_LOGIN_MS,
  type DeviceLogins,
  displayCode,
  POLL_INTERVAL_MS,
} from '../identity/device-logins.js'
import { sessionOf } from './auth.js'
import { tokenBody } from './command-lines.js'

const tags = ['device sign-in']

export function deviceRoutes(
  { addresses, clock }: Pick<Context, 'addresses' | 'clock'>,
  devices: DeviceLogins,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/auth/device/code',
      {
        config: { permission: 'public', rateLimit: RATE_LIMITS.deviceStart },
        schema: {
          summary: 'Begin: a code for the device, a code for the person',
          tags,
          body: deviceCodeRequest,
          response: { 200: deviceCodeResponse },
        },
      },
      async (request) => {
        const { deviceCode, userCode } = await devices.start(request.body.clientName, request.ip)
        const page = `${addresses.publicUrl}/device`
        return {
          device_code: deviceCode,
          user_code: displayCode(userCode),
          verification_uri: page,
          verification_uri_complete: `${page}#${displayCode(userCode)}`,
          expires_in: DEVICE_LOGIN_MS / SECOND,
          interval: POLL_INTERVAL_MS / SECOND,
        }
      },
    )

    app.post(
      '/auth/device/token',
      {
        config: { permission: 'public', rateLimit: RATE_LIMITS.devicePoll },
        schema: {
          summary: 'The device asks whether a person has decided; gives its tokens, once',
          tags,
          body: deviceTokenRequest,
          response: { 200: tokenResponse },
        },
      },
      async (request) =>
        tokenBody(await devices.poll(request.body.device_code, callerOf(request)), clock.now()),
    )

    app.post(
      '/auth/device/lookup',
      {
        config: { permission: 'session', rateLimit: RATE_LIMITS.deviceCode },
        schema: {
          summary: 'Which device shows this code',
          tags,
          body: deviceDecisionRequest,
          response: { 200: deviceLookupResponse },
        },
      },
      async (request) => {
        sessionOf(request)
        const row = await devices.look(request.body.userCode)
        return {
          clientName: row.clientName,
          address: row.address,
          requestedAt: row.createdAt.toISOString(),
          expiresAt: row.expiresAt.toISOString(),
        }
      },
    )

    for (const [act, decision] of [
      ['approve', 'authorized'],
      ['deny', 'denied'],
    ] as const)
      app.post(
        `/auth/device/${act}`,
        {
          config: { permission: 'session', stepUp: act === 'approve', rateLimit: RATE_LIMITS.deviceCode },
          schema: {
            summary: act === 'approve' ? 'Sign the device in as you' : 'Turn the device away',
            tags,
            body: deviceDecisionRequest,
            response: { 200: okSchema },
          },
        },
        async (request) => {
          await devices.decide(request.body.userCode, decision, sessionOf(request), callerOf(request))
          return { ok: true as const }
        },
      )
  }
}
