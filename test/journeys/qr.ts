/**
 * QR codes as a camera sees them: pictures of the screen, read by zbarimg.
 * @module
 */
import { execFile } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { temporaryDirectory } from '../support/directory.js'

const ZBARIMG = '/usr/bin/zbarimg'

/** Where it is not installed: false, skipped for people, failed in CI. */
export function canReadQr(t: Test): boolean {
  if (existsSync(ZBARIMG)) return true
  const what = 'needs zbarimg (Debian: zbar-tools)'
  if (process.env['CI'] === undefined) t.pass(what, { skip: `${ZBARIMG} is not here` })
  else t.fail(what)
  return false
}

/** The texts of all QR codes in a PNG, sorted. */
export async function readQr(t: Test, png: Buffer): Promise<string[]> {
  const file = path.join(temporaryDirectory(t), 'screen.png')
  writeFileSync(file, png)
  const only = ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable']
  const { stdout } = await promisify(execFile)(ZBARIMG, [...only, file])
  return stdout.trim().split('\n').sort()
}
