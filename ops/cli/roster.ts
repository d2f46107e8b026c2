/**
 * `talos enroll --roster`: from a file to stations, tokens and a sheet to print.
 * @module
 */
import { closeSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { type RosterResponse, rosterResponse } from '../../shared/api/fleet.js'
import { TalosError } from '../../shared/errors.js'
import { iso, MINUTE } from '../../shared/time.js'
import { readText } from './arguments.js'
import { type CliContext, signedIn } from './context.js'
import { enrollSheet } from './enroll-sheet.js'
import { faultsText, rosterText } from './enroll-text.js'
import { shortTime } from './table.js'

/** The server takes no more. */
const MAX_BYTES = 200_000
/** 500 secrets are hashed slowly, on purpose. */
const PATIENCE_MS = 5 * MINUTE
/** A roster of this size is no matter of waiting. */
const FEW = 20

export interface RosterFiles {
  readonly file: string
  readonly isDryRun: boolean
  /** Where the sheet goes. */
  readonly sheet: string | undefined
}

function readRosterFile(file: string): string {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > MAX_BYTES)
    throw new TalosError('config_invalid', `${file} has ${size} bytes; a roster has at most ${MAX_BYTES}.`)
  return readText(file)
}

/** Opened before anything is made, so that no secret is lost to a full or forbidden disk. */
function openSheet(sheet: string): number {
  try {
    // For the owner alone: each card lets a machine in.
    return openSync(sheet, 'wx', 0o600)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const why = code === 'EEXIST' ? 'it is there already; name another, or remove it' : code
    throw new TalosError('config_invalid', `Cannot write ${sheet}: ${why}.`, { cause })
  }
}

const refusal = (file: string, { errors }: RosterResponse) =>
  new TalosError('invalid_request', `Nothing was made. In ${file}:\n${faultsText(errors)}\n`)

/** An answer that is lost takes its secrets along. */
function hintAgain(error: unknown): never {
  if (!(error instanceof TalosError) || error.code !== 'unavailable') throw error
  throw new TalosError(
    error.code,
    `${error.detail} If the stations are there (talos stations), repeat this with --confirm for new tokens.`,
  )
}

/** @throws TalosError `config_invalid`, or `invalid_request` with every line that is wrong */
export async function issueRoster(
  context: CliContext,
  { file, isDryRun, sheet }: RosterFiles,
  terms: Readonly<Record<string, unknown>>,
): Promise<void> {
  const csv = readRosterFile(file)
  const { api, org } = await signedIn(context)
  const path = `/orgs/${org}/enrollment-tokens/bulk`
  const looked = await api.send('POST', path, { csv, dryRun: true, ...terms }, rosterResponse)
  if (looked.errors.length > 0) throw refusal(file, looked)
  if (isDryRun)
    return context.out.show(looked, (it) => `${rosterText(it)}\n\nNothing was made: this was a look.`)
  const descriptor = sheet === undefined ? null : openSheet(sheet)
  try {
    const count = looked.rows.length
    if (count > FEW) context.say(`Making ${count} stations and tokens; this can take half a minute.`)
    const made = await api.send('POST', path, { csv, ...terms }, rosterResponse, PATIENCE_MS).catch(hintAgain)
    if (descriptor !== null) writeSync(descriptor, enrollSheet(made, api.server, iso(context.clock.now())))
    context.out.show(made, (it) => madeText(it, sheet))
  } catch (error) {
    if (sheet !== undefined) rmSync(sheet, { force: true })
    throw error
  } finally {
    if (descriptor !== null) closeSync(descriptor)
  }
}

function madeText({ items, batchId }: RosterResponse, sheet: string | undefined): string {
  const until = items[0] === undefined ? '' : ` until ${shortTime(items[0].item.expiresAt)} UTC`
  const head = `${items.length} stations and tokens, each good once${until}. All of them end with: talos enroll revoke --batch ${batchId}`
  if (sheet !== undefined)
    return `${head}\n\n${sheet} holds their QR codes: open it in a browser and print it. Whoever has it can let machines in; remove it afterwards.`
  const lines = items.map(
    ({ station, item, installCommand, command }) =>
      `${station.name}${item.recipient === null ? '' : `, for ${item.recipient}`}\n  ${installCommand ?? command}`,
  )
  return `${head}\n\n${lines.join('\n')}\n\nThey are shown only now. --html SHEET.html would have written a sheet to print.`
}
