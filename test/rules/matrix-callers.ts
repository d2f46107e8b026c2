/**
 * Everybody who could knock at a route: each role, and every other kind of credential, each with a person or a machine of
 * its own behind it.
 * @module
 */

import { ROLES } from '../../shared/permissions.js'
import type { ApiClient } from '../support/client.js'
import { ORG, type TestCore } from '../support/core.js'
import { signedIn } from '../support/people.js'

const RIVAL = 'rival'

/** What the expectation goes by; the core is never asked for it. */
export interface Caller {
  /** Head of the column. */
  readonly name: string
  readonly kind: 'nobody' | 'person' | 'station' | 'director'
  /** Where it belongs. */
  readonly org?: string
  /** A person by session. */
  readonly isBrowser?: boolean
  /** The column of the table of roles. */
  readonly role?: string
  /** The only permission that a token was given. */
  readonly only?: string
  readonly client: ApiClient
  /** Too many to print; checked all the same. */
  readonly hidden?: boolean
}

/** The key of a station that was let in. */
async function stationKey({ owner, program }: TestCore): Promise<string> {
  const made = await owner.api('POST', `/orgs/${ORG}/enrollment-tokens`, { name: 'Svalbard' })
  const mount = {
    ...{ azMin: 0, azMax: 450, elMin: 0, elMax: 90, azRate: 6, elRate: 6, beamwidth: 20 },
    ...{ parkAz: 0, parkEl: 90, keepOut: [] },
  }
  const knock = {
    ...{ token: made.body.enrollUrl.split('#')[1], nonce: 'nonce-0001', mount },
    agent: { version: '1', hostname: 'pi', platform: 'linux' },
  }
  const { status, body } = await program().api('POST', '/enroll', knock)
  if (status !== 200) throw new Error(`enrolling was answered ${status} ${JSON.stringify(body)}`)
  return body.grant.key
}

/** The access token of a command line that somebody approved. */
async function commandLine(core: TestCore, userId: string): Promise<string> {
  const caller = { actor: { kind: 'user' as const, id: userId }, address: '127.0.0.1', requestId: 'matrix' }
  const { accessToken } = await core.prisma.$transaction((tx) =>
    // The caller of a device login is known by its id alone.
    core.core.identity.commandLines.begin(tx, userId, 'matrix', caller as never),
  )
  return accessToken
}

/** A token of a new owner, for these permissions or, undefined, for all. */
async function apiToken(core: TestCore, name: string, permissions?: readonly string[]): Promise<ApiClient> {
  const { client } = await signedIn(core, name, 'owner')
  const { status, body } = await client.api('POST', '/auth/api-tokens', { name, permissions })
  if (status !== 201) throw new Error(`the token was answered ${status} ${JSON.stringify(body)}`)
  return core.program(body.token)
}

export async function everyCaller(core: TestCore, permissions: readonly string[]): Promise<Caller[]> {
  const callers: Caller[] = [{ name: 'nobody', kind: 'nobody', client: core.program() }]
  for (const role of ROLES) {
    const { client } = await signedIn(core, `matrix-${role}`, role)
    callers.push({ name: role, kind: 'person', isBrowser: true, org: ORG, role, client })
  }
  const rival = await signedIn(core, 'matrix-rival', { [RIVAL]: 'owner' })
  callers.push({
    ...{ name: 'owner elsewhere', kind: 'person', isBrowser: true, org: RIVAL, role: 'owner' },
    client: rival.client,
  })
  const cli = await signedIn(core, 'matrix-cli', 'owner')
  const owners = { kind: 'person', org: ORG, role: 'owner' } as const
  callers.push(
    { ...owners, name: "owner's CLI", client: core.program(await commandLine(core, cli.id)) },
    { ...owners, name: "owner's token", client: await apiToken(core, 'matrix-token') },
  )
  for (const only of permissions) {
    const client = await apiToken(core, `matrix-${only.replaceAll('_', '-')}`, [only])
    const isShown = only === 'view_stations'
    callers.push({ ...owners, name: isShown ? 'token: view_stations' : only, only, client, hidden: !isShown })
  }
  callers.push(
    { name: 'station', kind: 'station', org: ORG, client: core.program(await stationKey(core)) },
    { name: 'director', kind: 'director', client: core.director() },
  )
  return callers
}
