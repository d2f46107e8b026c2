/**
 * `auth/passkeys`, `auth/passkey`, `auth/step-up/passkey`: WebAuthn.
 * @module
 */
import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { linkTokenSchema } from '../../shared/api/auth.js'
import { emptyBody, idParams, okSchema } from '../../shared/api/common.js'
import {
  passkeyOptionsResponse,
  passkeySchema,
  passkeysForgotten,
  passkeysResponse,
  registerPasskeyRequest,
  renamePasskeyRequest,
  usePasskeyRequest,
} from '../../shared/api/passkeys.js'
import { TalosError } from '../../shared/errors.js'
import type { Context } from '../context.js'
import { newToken } from '../crypto/secrets.js'
import { browserOf } from '../http/browser.js'
import { callerOf } from '../http/caller.js'
import { clearPasskeyNonce, passkeyNonce, setPasskeyNonce } from '../http/cookies.js'
import type { AllowedOrigins } from '../http/origin.js'
import { RATE_LIMITS } from '../http/rate-limits.js'
import type { Identity } from '../identity/identity.js'
import { CHALLENGE_MS } from '../identity/passkey-challenges.js'
import { relyingParty } from '../identity/relying-party.js'
import { strangerSource } from './attempts.js'
import { personOf, sessionOf } from './auth.js'
import { renew, welcome } from './welcome.js'

const tags = ['passkeys']

const isGuess = ({ code }: TalosError): boolean => code === 'passkey_refused'
const unknown = (id: string) => new TalosError('not_found', `You have no passkey ${id}.`)

export function passkeyRoutes(
  { clock, random }: Pick<Context, 'clock' | 'random'>,
  identity: Pick<Identity, 'passkeys' | 'passkeyUse' | 'sessions' | 'lockOut' | 'knownBrowsers'>,
  origins: AllowedOrigins,
): FastifyPluginAsyncZod {
  const { passkeys, passkeyUse, sessions, lockOut, knownBrowsers } = identity
  const rpOf = (request: FastifyRequest) => relyingParty(request.headers.origin, origins())
  return async (app) => {
    app.get(
      '/auth/passkeys',
      {
        config: { permission: 'session' },
        schema: { summary: 'Your passkeys', tags, response: { 200: passkeysResponse } },
      },
      async (request) => ({ items: await passkeys.list(personOf(request).id) }),
    )

    app.post(
      '/auth/passkeys/options',
      {
        config: { permission: 'session', stepUp: true },
        schema: {
          summary: 'What the browser needs to make a passkey',
          tags,
          body: emptyBody,
          response: { 200: passkeyOptionsResponse },
        },
      },
      async (request) => ({
        options: { ...(await passkeys.startRegistration(sessionOf(request), rpOf(request))) },
      }),
    )

    app.post(
      '/auth/passkeys',
      {
        config: { permission: 'session', stepUp: true },
        schema: {
          summary: 'Keep the passkey that the browser made',
          tags,
          body: registerPasskeyRequest,
          response: { 201: passkeySchema },
        },
      },
      async (request, reply) => {
        const { name } = request.body
        const credential = { ...request.body.credential, clientExtensionResults: {} }
        const person = sessionOf(request)
        const made = await passkeys.finishRegistration(
          person,
          rpOf(request),
          name,
          credential,
          callerOf(request),
        )
        return reply.code(201).send(made)
      },
    )

    app.patch(
      '/auth/passkeys/:id',
      {
        config: { permission: 'session' },
        schema: {
          summary: 'Name one of your passkeys',
          tags,
          params: idParams,
          body: renamePasskeyRequest,
          response: { 200: passkeySchema },
        },
      },
      async (request) => {
        const { id } = request.params
        const renamed = await passkeys.rename(sessionOf(request).id, id, request.body.name)
        if (renamed === null) throw unknown(id)
        return renamed
      },
    )

    app.delete(
      '/auth/passkeys/:id',
      {
        config: { permission: 'session', stepUp: true },
        schema: {
          summary: 'Remove one of your passkeys; sessions that began with it end',
          tags,
          params: idParams,
          response: { 200: okSchema },
        },
      },
      async (request) => {
        const { id } = request.params
        if (!(await passkeys.remove(sessionOf(request), id, callerOf(request)))) throw unknown(id)
        return { ok: true as const }
      },
    )

    app.delete(
      '/users/:id/passkeys',
      {
        config: { permission: 'manage_users', stepUp: true },
        schema: {
          summary: 'Remove all passkeys of somebody who has lost them',
          tags,
          params: idParams,
          response: { 200: passkeysForgotten },
        },
      },
      async (request) => ({ removed: await passkeys.forgetAll(callerOf(request), request.params.id) }),
    )

    app.post(
      '/auth/passkey/options',
      {
        config: { permission: 'public', rateLimit: RATE_LIMITS.confirm },
        schema: {
          summary: 'What the browser needs to sign in with a passkey; the same for everybody',
          tags,
          body: emptyBody,
          response: { 200: passkeyOptionsResponse },
        },
      },
      async (request, reply) => {
        const rp = rpOf(request)
        const nonce = newToken(random)
        setPasskeyNonce(reply, nonce, CHALLENGE_MS)
        return { options: { ...(await passkeyUse.startSignIn(nonce, rp)) } }
      },
    )

    app.post(
      '/auth/passkey',
      {
        config: { permission: 'public', rateLimit: RATE_LIMITS.confirm },
        schema: {
          summary: 'Sign in with a passkey',
          tags,
          body: usePasskeyRequest,
          response: { 200: okSchema },
        },
      },
      async (request, reply) => {
        const nonce = linkTokenSchema.safeParse(passkeyNonce(request)).data ?? ''
        const credential = { ...request.body.credential, clientExtensionResults: {} }
        const session = await lockOut.attempt(strangerSource(knownBrowsers, request), isGuess, () =>
          passkeyUse.finishSignIn(nonce, rpOf(request), credential, browserOf(request)),
        )
        clearPasskeyNonce(reply)
        await welcome(sessions, request, reply, session)
        return { ok: true as const }
      },
    )

    app.post(
      '/auth/step-up/passkey/options',
      {
        config: { permission: 'session' },
        schema: {
          summary: 'What the browser needs to prove with a passkey who you are',
          tags,
          body: emptyBody,
          response: { 200: passkeyOptionsResponse },
        },
      },
      async (request) => ({
        options: { ...(await passkeyUse.startStepUp(sessionOf(request), rpOf(request))) },
      }),
    )

    app.post(
      '/auth/step-up/passkey',
      {
        config: { permission: 'session', rateLimit: RATE_LIMITS.code },
        schema: {
          summary: 'Prove with a passkey who you are; the session goes on with a new cookie',
          tags,
          body: usePasskeyRequest,
          response: { 200: okSchema },
        },
      },
      async (request, reply) => {
        const person = sessionOf(request)
        const credential = { ...request.body.credential, clientExtensionResults: {} }
        const renewed = await lockOut.attempt({ kind: 'session', id: person.sessionId }, isGuess, () =>
          passkeyUse.finishStepUp(person, rpOf(request), credential, callerOf(request)),
        )
        renew(reply, renewed, clock.now())
        return { ok: true as const }
      },
    )
  }
}
