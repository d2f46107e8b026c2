/**
 * A certificate for this machine, signed by itself, made by openssl.
 * @module
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Test } from 'tap'
import { temporaryDirectory } from './directory.js'

export interface Certificate {
  readonly certFile: string
  readonly keyFile: string
  /** PEM, for a client to trust. */
  readonly ca: string
}

/** Null where there is no openssl; in CI that is an error. */
export function certificate(t: Test): Certificate | null {
  const directory = temporaryDirectory(t)
  const certFile = path.join(directory, 'cert.pem')
  const keyFile = path.join(directory, 'key.pem')
  const options =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost ' +
    '-addext subjectAltName=DNS:localhost,IP:127.0.0.1'
  try {
    execFileSync('openssl', [...options.split(' '), '-keyout', keyFile, '-out', certFile], {
      stdio: 'ignore',
    })
  } catch (error) {
    if (process.env['CI'] !== undefined || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return null
  }
  return { certFile, keyFile, ca: readFileSync(certFile, 'utf8') }
}
