/**
 * Who is signed in at which server, in one file that only its owner can read: `~/.config/talos/credentials.json`.
 * @module
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { TalosError } from '../../shared/errors.js'

const fileSchema = z.strictObject({
  current: z.url().nullable(),
  servers: z.record(z.string(), z.strictObject({ token: z.string(), expiresAt: z.iso.datetime() })),
})
type CredentialFile = z.infer<typeof fileSchema>

export interface Login {
  readonly server: string
  readonly token: string
}

const EMPTY: CredentialFile = { current: null, servers: {} }

export const credentialPath = (env: Record<string, string | undefined>): string =>
  env['TALOS_CREDENTIALS'] ??
  join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'talos', 'credentials.json')

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The origin of an address that a person gave. @throws TalosError `config_invalid` */
export function originOf(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return new URL(url).origin
  throw new TalosError('config_invalid', `${url} is no address of a server. Give it as http://host:port`)
}

function readCredentials(path: string): CredentialFile {
  if (!existsSync(path)) return EMPTY
  if ((statSync(path).mode & 0o077) !== 0)
    throw new TalosError('config_invalid', `${path} can be read by others. Run: chmod 600 ${path}`)
  const parsed = fileSchema.safeParse(jsonOf(readFileSync(path, 'utf8')))
  if (!parsed.success)
    throw new TalosError('config_invalid', `${path} is damaged. Remove it and run: talos login URL`)
  return parsed.data
}

export function saveLogin(path: string, login: Login, expiresAt: string): void {
  const { servers } = readCredentials(path)
  const entry = { token: login.token, expiresAt }
  writeCredentials(path, { current: login.server, servers: { ...servers, [login.server]: entry } })
}

export function forgetLogin(path: string, server: string): void {
  const { current, servers } = readCredentials(path)
  const { [server]: _, ...others } = servers
  writeCredentials(path, { current: current === server ? null : current, servers: others })
}

function writeCredentials(path: string, next: CredentialFile): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 })
  chmodSync(draft, 0o600)
  renameSync(draft, path)
}

/**
 * The login to use: `TALOS_TOKEN` with a server, else the file.
 * @throws TalosError `not_signed_in` when there is none, or it has expired
 */
export function findLogin(
  env: Record<string, string | undefined>,
  server: string | undefined,
  nowMs: number,
): Login {
  const path = credentialPath(env)
  const file = readCredentials(path)
  const url = server ?? env['TALOS_SERVER'] ?? file.current
  if (url === null || url === undefined)
    throw new TalosError('not_signed_in', 'No server is known. Run: talos login http://127.0.0.1:8080')
  const origin = originOf(url)
  const token = env['TALOS_TOKEN']
  if (token !== undefined) return { server: origin, token }
  const entry = file.servers[origin]
  if (entry === undefined)
    throw new TalosError('not_signed_in', `Not signed in at ${origin}. Run: talos login ${origin}`)
  if (Date.parse(entry.expiresAt) <= nowMs)
    throw new TalosError(
      'not_signed_in',
      `The login at ${origin} ended at ${entry.expiresAt}. Run: talos login ${origin}`,
    )
  return { server: origin, token: entry.token }
}
