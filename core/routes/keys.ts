/**
 * `keys`: the keys under which core signs commands and plans, and their rotation (O17).
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  retireRequest,
  rotateRequest,
  signingKeyListResponse,
  signingKeysResponse,
} from '../../shared/api/keys.js'
import { kidSchema } from '../../shared/signed.js'
import type { SigningKeys } from '../crypto/signing-keys.js'
import type { SigningKeyRotation } from '../fleet/signing-key-rotation.js'
import { callerOf } from '../http/caller.js'

const tags = ['system']

export function keyRoutes(signingKeys: SigningKeys, rotation: SigningKeyRotation): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/keys',
      {
        config: { permission: 'public' },
        schema: {
          summary: 'The public keys under which commands and plans are signed',
          tags,
          response: { 200: signingKeysResponse },
        },
      },
      async () => ({ keys: [...signingKeys.publicKeys()] }),
    )

    app.get(
      '/keys/list',
      {
        config: { permission: 'manage_global_settings' },
        schema: {
          summary: 'The signing keys with their states',
          tags,
          response: { 200: signingKeyListResponse },
        },
      },
      async () => ({ items: rotation.list() }),
    )

    app.post(
      '/keys/rotate',
      {
        config: { permission: 'manage_global_settings', peopleOnly: true, stepUp: true },
        schema: {
          summary: 'Make a new signing key: announced now, signing after announceMinutes',
          tags,
          body: rotateRequest,
          response: { 200: signingKeyListResponse },
        },
      },
      async (request) => ({ items: await rotation.rotate(request.body.announceMinutes, callerOf(request)) }),
    )

    app.post(
      '/keys/:kid/retire',
      {
        config: { permission: 'manage_global_settings', peopleOnly: true, stepUp: true },
        schema: {
          summary: 'End a signing key that no longer signs; stations forget it',
          tags,
          params: z.strictObject({ kid: kidSchema }),
          body: retireRequest,
          response: { 200: signingKeyListResponse },
        },
      },
      async (request) => ({
        items: await rotation.retire(request.params.kid, request.body.evenIfInUse, callerOf(request)),
      }),
    )
  }
}
