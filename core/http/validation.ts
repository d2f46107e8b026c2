/**
 * Checking requests by zod, and naming each wrong field by a JSON pointer.
 * @module
 */
import type { FastifySchemaCompiler } from 'fastify'
import type { z } from 'zod'
import { type FieldError, TalosError } from '../../shared/errors.js'

const escaped = (step: PropertyKey): string => String(step).replaceAll('~', '~0').replaceAll('/', '~1')
/** RFC 6901; empty for the whole. */
export const pointer = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${escaped(step)}`).join('')

/** Told in one answer; a hostile body can be wrong in thousands of ways. */
const MAX_ERRORS = 20

/** What is wrong with a value, field by field. An unknown field is named itself, not the object that holds it. */
export function fieldErrors(issues: readonly z.core.$ZodIssue[]): FieldError[] {
  return issues
    .flatMap((issue): FieldError[] =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({
            pointer: pointer([...issue.path, key]),
            detail: 'is not a known field',
          }))
        : [{ pointer: pointer(issue.path), detail: issue.message }],
    )
    .slice(0, MAX_ERRORS)
}

const PARTS: Readonly<Record<string, string>> = {
  body: 'body',
  querystring: 'query',
  params: 'address',
  headers: 'headers',
}

/** A1, A41: Fastify's hook into zod; what does not fit is a 400 that names the fields. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (value: unknown) => {
    // Fastify says null for a body that is not there, where zod's optional() means undefined.
    const parsed = schema.safeParse(httpPart === 'body' ? (value ?? undefined) : value)
    if (parsed.success) return { value: parsed.data }
    const errors = fieldErrors(parsed.error.issues)
    const where = PARTS[httpPart ?? ''] ?? 'request'
    const first = errors[0]
    const detail = `The ${where} does not fit: ${first?.pointer || 'it'} ${first?.detail ?? 'is wrong'}.`
    return { error: new TalosError('invalid_request', detail, { errors }) }
  }
