/**
 * The answers of core, read as untrusted text.
 * @module
 */
import type { z } from 'zod'
import { problemSchema } from '../../../shared/api/common.js'
import { isErrorCode, TalosError } from '../../../shared/errors.js'

/** The text of an answer as JSON; undefined for an empty one or one that is no JSON. */
function json(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The error of a refusal: problem+json (RFC 9457) when it is one, else what the status alone says. */
export function refusal(status: number, text: string, retryAfter: string | null): TalosError {
  const problem = problemSchema.safeParse(json(text))
  const seconds = retryAfter === null ? Number.NaN : Number(retryAfter)
  const retry = Number.isFinite(seconds) ? { retryAfterS: seconds } : {}
  if (!problem.success || !isErrorCode(problem.data.code)) {
    const code =
      status === 401
        ? 'not_signed_in'
        : status === 429
          ? 'rate_limited'
          : status >= 502
            ? 'unavailable'
            : 'internal'
    return new TalosError(code, `Core answered ${status} without saying why.`, retry)
  }
  const { code, detail, errors } = problem.data
  return new TalosError(code, detail, { ...retry, ...(errors === undefined ? {} : { errors }) })
}

/** The body of a good answer by its schema. */
export function answer<T extends z.ZodType>(schema: T, text: string): z.infer<T> {
  const parsed = schema.safeParse(json(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new TalosError(
    'internal',
    `The answer of core does not fit its schema at /${(issue?.path ?? []).join('/')}: ${issue?.message ?? ''}. Reload the page; it may be older than core.`,
  )
}
