/**
 * What each command is given: where to ask, how to print, what time it is.
 * @module
 */
import { orgsResponse } from '../../shared/api/audit.js'
import { TalosError } from '../../shared/errors.js'
import type { Clock } from '../../shared/time.js'
import { type Api, apiAt } from './client.js'
import { findLogin } from './login.js'
import type { Out } from './output.js'

export interface GlobalOptions {
  readonly json?: boolean
  readonly server?: string
  readonly org?: string
}

export interface CliContext {
  readonly env: Record<string, string | undefined>
  readonly clock: Clock
  readonly out: Out
  /** A line for people only: nothing with `--json`. */
  readonly say: (text: string) => void
  readonly options: GlobalOptions
}

/** Runs a command with what it is given. */
export type Run = (task: (context: CliContext) => Promise<void>) => Promise<void>

/** The API with the login of this person, and the organisation to act in. */
export async function signedIn(context: CliContext): Promise<{ api: Api; org: string }> {
  const login = findLogin(context)
  const api = apiAt(login.server, login.tokens)
  const wanted = context.options.org ?? context.env['TALOS_ORG']
  if (wanted !== undefined) return { api, org: wanted }
  const { items } = await api.get('/orgs', orgsResponse)
  const only = items[0]
  if (only === undefined)
    throw new TalosError('forbidden', 'You are a member of no organisation. Ask an owner to invite you.')
  if (items.length > 1)
    throw new TalosError(
      'config_invalid',
      `You are in ${items.map((o) => o.slug).join(', ')}: say which with --org.`,
    )
  return { api, org: only.slug }
}
