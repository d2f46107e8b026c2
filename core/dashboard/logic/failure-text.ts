/**
 * What an error means to a person, and what to do next.
 * @module
 */
import { ERRORS, type ErrorCode, isErrorCode, TalosError } from '../../../shared/errors.js'

export interface Failure {
  readonly code: ErrorCode
  readonly title: string
  readonly detail: string
}

/** Any thrown thing as a title and a detail. What we did not throw on purpose is ours to fix, and says so. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TalosError)
    return { code: error.code, title: ERRORS[error.code].title, detail: error.detail }
  return {
    code: 'internal',
    title: 'This page met something unexpected',
    detail: error instanceof Error ? error.message : String(error),
  }
}

/** The title of a code as it came in a message; the code itself where this version does not know it. */
export const codeTitle = (code: string): string => (isErrorCode(code) ? ERRORS[code].title : code)
