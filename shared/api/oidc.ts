/**
 * Bodies of `auth/oidc`.
 * @module
 */
import { z } from 'zod'

export const oidcStartResponse = z.strictObject({ url: z.string() })

/** OpenID Connect Core 1.0, 3.1.2.5 and 3.1.2.6; providers add fields of their own. */
export const oidcCallbackQuery = z.object({
  state: z.string().min(1).max(200),
  code: z.string().max(4000).optional(),
  iss: z.string().max(1000).optional(),
  error: z.string().max(200).optional(),
})
