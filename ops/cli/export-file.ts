/**
 * `--csv [file]` and `--ics [file]`: what another program reads, to a file or to standard output.
 * @module
 */
import { writeFileSync } from 'node:fs'
import { TalosError } from '../../shared/errors.js'
import type { CliContext } from './context.js'

/** `true` without the name of a file: standard output. */
export interface ExportOptions {
  readonly csv?: string | true
  readonly ics?: string | true
}

export const CSV_OPTION = ['--csv [file]', 'comma-separated values, to standard output or a file'] as const
export const ICS_OPTION = ['--ics [file]', 'a calendar (RFC 5545), to standard output or a file'] as const

/**
 * Which one was asked for, or null for none.
 * @throws TalosError `config_invalid` for more than one, or with `--json`
 */
export function exportOf(
  { options }: Pick<CliContext, 'options'>,
  { csv, ics }: ExportOptions,
): { readonly kind: 'csv' | 'ics'; readonly file: string | true } | null {
  const asked = [csv, ics, options.json === true ? true : undefined].filter((o) => o !== undefined)
  if (asked.length > 1) throw new TalosError('config_invalid', 'Choose one of --csv, --ics and --json.')
  if (csv !== undefined) return { kind: 'csv', file: csv }
  return ics === undefined ? null : { kind: 'ics', file: ics }
}

/** @throws TalosError `config_invalid` when the file cannot be written */
export function writeExport(context: Pick<CliContext, 'say'>, text: string, file: string | true): void {
  if (file === true) {
    process.stdout.write(text)
    return
  }
  try {
    writeFileSync(file, text)
  } catch (cause) {
    throw new TalosError('config_invalid', `Cannot write ${file}: ${(cause as Error).message}.`, { cause })
  }
  context.say(`Written to ${file}.`)
}
