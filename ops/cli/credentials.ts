/**
 * Who is signed in at which server, in one file that only its owner can read: `~/.config/talos/credentials.json`.
 * @module
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { TalosError } from '../../shared/errors.js'

const savedLoginSchema = z.strictObject({
  accessToken: z.string(),
  accessExpiresAt: z.iso.datetime(),
  refreshToken: z.string(),
  /** Until somebody must approve anew. */
  expiresAt: z.iso.datetime(),
})
export type SavedLogin = z.infer<typeof savedLoginSchema>

const fileSchema = z.strictObject({
  current: z.url().nullable(),
  servers: z.record(z.string(), savedLoginSchema),
})
type CredentialFile = z.infer<typeof fileSchema>

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

/** The login at a server, or null. */
export const readLogin = (path: string, server: string): SavedLogin | null =>
  readCredentials(path).servers[server] ?? null

/** Keeps a login, and makes its server the one that is meant when none is named. */
export function saveLogin(path: string, server: string, login: SavedLogin): void {
  const { servers } = readCredentials(path)
  writeCredentials(path, { current: server, servers: { ...servers, [server]: login } })
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

/** The server that is meant: named, in `TALOS_SERVER`, or that of the last login. @throws TalosError `not_signed_in` */
export function chosenServer(env: Record<string, string | undefined>, named: string | undefined): string {
  const url = named ?? env['TALOS_SERVER'] ?? readCredentials(credentialPath(env)).current
  if (url === null || url === undefined)
    throw new TalosError('not_signed_in', 'No server is known. Run: talos login http://127.0.0.1:8080')
  return originOf(url)
}
