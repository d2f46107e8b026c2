/**
 * What every command line of Talos prints: text for people or JSON for programs, errors on stderr with what to do.
 * @module
 */
import { ZodError } from 'zod'
import { TalosError } from '../../shared/errors.js'

export interface Out {
  readonly json: boolean
  /** Prints a value: JSON as it is, or what `human` makes of it. */
  show<T>(value: T, human: (value: T) => string): void
}

export function makeOut(json: boolean, write: (text: string) => void): Out {
  return {
    json,
    show: (value, human) => write(json ? `${JSON.stringify(value, null, 2)}\n` : `${human(value)}\n`),
  }
}

/** Text of an error for stderr; never a stack for what went wrong on purpose. */
export function explain(error: unknown): string {
  if (error instanceof TalosError) {
    const { errors = [] } = error.options
    // One is in the sentence already.
    const fields = errors.length < 2 ? '' : errors.map((e) => `\n  ${e.pointer}: ${e.detail}`).join('')
    return `${error.detail}${fields} (${error.code})`
  }
  if (error instanceof ZodError)
    return `The server answered in a form that this version does not know: ${error.issues[0]?.message ?? ''} Are both of one version?`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** What a person mends by asking otherwise. */
const WRONG_USAGE: readonly string[] = ['config_invalid', 'invalid_request']

/** 2: wrong usage or configuration; 1: everything else that failed. */
export const exitCodeOf = (error: unknown): 1 | 2 =>
  error instanceof TalosError && WRONG_USAGE.includes(error.code) ? 2 : 1
