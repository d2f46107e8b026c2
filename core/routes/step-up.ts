/**
 * `auth/step-up/*`: proving anew who one is, before an act that matters (A12).
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { emptyBody, okSchema } from '../../shared/api/common.js'
import { codeRequest } from '../../shared/api/sign-in.js'
import type { Context } from '../context.js'
import { callerOf } from '../http/caller.js'
import { RATE_LIMITS } from '../http/rate-limits.js'
import type { Identity } from '../identity/identity.js'
import { sessionOf } from './auth.js'
import { renew } from './welcome.js'

const tags = ['step-up']

export function stepUpRoutes(
  { clock }: Pick<Context, 'clock'>,
  { stepUp, lockOut }: Pick<Identity, 'stepUp' | 'lockOut'>,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/auth/step-up/mail',
      {
        config: { permission: 'session', rateLimit: RATE_LIMITS.login },
        schema: {
          summary: 'Mail a code that proves who you are; for people without a passkey',
          tags,
          body: emptyBody,
          response: { 202: okSchema },
        },
      },
      async (request, reply) => {
        await stepUp.sendCode(sessionOf(request), callerOf(request))
        return reply.code(202).send({ ok: true })
      },
    )

    app.post(
      '/auth/step-up/code',
      {
        config: { permission: 'session', rateLimit: RATE_LIMITS.code },
        schema: {
          summary: 'Use the code of the mail, once; the session goes on with a new cookie',
          tags,
          body: codeRequest,
          response: { 200: okSchema },
        },
      },
      async (request, reply) => {
        const person = sessionOf(request)
        // A46: at the session, so that who has stolen one locks out nothing but it.
        const source = { kind: 'session', id: person.sessionId } as const
        const renewed = await lockOut.attempt(
          source,
          ({ code }) => code === 'code_invalid',
          () => stepUp.confirmCode(person, request.body.code, callerOf(request)),
        )
        renew(reply, renewed, clock.now())
        return { ok: true as const }
      },
    )
  }
}
