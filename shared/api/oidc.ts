/**
 * Bodies of `auth/oidc`.
 * @module
 */
import { z } from 'zod'

export const oidcStartResponse = z.strictObject({ url: z.string() })

/** RFC 6749, appendix A: visible ASCII. */
const visible = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[\x20-\x7e]*$/, 'must be visible ASCII')

/** OpenID Connect Core 1.0, 3.1.2.5 and 3.1.2.6; providers add fields of their own. */
export const oidcCallbackQuery = z.object({
  state: visible(200),
  code: visible(4000).optional(),
  iss: visible(1000).optional(),
  error: visible(200).optional(),
})
