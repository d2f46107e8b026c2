/**
 * What an agent must not forget while it joins, on disk before the first request leaves: killed at any moment and
 * started again with the same link, it is the same agent (E29).
 * @module
 */
import { join } from 'node:path'
import { z } from 'zod'
import { idSchema, isoTime } from '../shared/messages.js'
import { JsonFile } from './files.js'
import { privateKeySchema } from './key-pair.js'

export const enrollmentSchema = z.strictObject({
  /** Origin of the control plane. */
  url: z.string().max(500),
  /** Public half of the token: which link this was. The secret half is not kept. */
  tokenId: z.string().regex(/^[0-9a-f]{16}$/),
  nonce: idSchema,
  /** Of the key pair that this machine made for this enrollment, until the credential holds it (E16). */
  privateKey: privateKeySchema.optional(),
  /** While a person has to approve: what the agent asks with (E17). */
  pending: z
    .strictObject({
      enrollmentId: idSchema,
      stationId: idSchema,
      pollSecret: z.string().max(200),
      pollSeconds: z.int().positive(),
      expiresAt: isoTime,
    })
    .nullable(),
})
export type EnrollmentRecord = Readonly<z.infer<typeof enrollmentSchema>>
export type Pending = NonNullable<EnrollmentRecord['pending']>

/** It stays after the agent has joined, without the secret, so that the same link is known again. */
export const enrollmentFile = (dataDir: string): JsonFile<EnrollmentRecord> =>
  new JsonFile(join(dataDir, 'enrollment.json'), enrollmentSchema)
