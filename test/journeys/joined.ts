/**
 * Stations that have joined over HTTP, as an agent does.
 * @module
 */
import { randomUUID } from 'node:crypto'
import type { StationGrant } from '../../shared/api/fleet.js'
import type { Mount } from '../../shared/messages.js'
import type { Role } from '../../shared/permissions.js'
import { ApiClient } from '../support/client.js'
import type { BareCore, TestCore } from '../support/core.js'

/** The other organisation. */
export const RIVAL = 'rival'

export const MOUNT: Mount = {
  ...{ azMin: 0, azMax: 450, elMin: 0, elMax: 90, azRate: 6, elRate: 6, beamwidth: 20 },
  ...{ parkAz: 0, parkEl: 90, keepOut: [] },
}

let agents = 0
/** A machine of its own: each has another address, so that rate limits do not meet. */
const newAgent = ({ app }: BareCore): ApiClient =>
  new ApiClient({ app, address: `10.8.${agents >> 8}.${agents++ & 255}` })

/** The secret of a new enrollment token. */
export async function issueToken(person: ApiClient, org: string, body: object): Promise<string> {
  const { status, body: created } = await person.api('POST', `/orgs/${org}/enrollment-tokens`, body)
  if (status !== 201) throw new Error(`the token was answered ${status} ${JSON.stringify(created)}`)
  return new URL(created.enrollUrl).hash.slice(1)
}

/** What core answers to an agent that knocks with this token. */
export const redeem = (core: BareCore, token: string, name: string) =>
  newAgent(core).api('POST', '/enroll', {
    ...{ token, nonce: randomUUID(), name, mount: MOUNT },
    agent: { version: '0.1.0', hostname: 'pi', platform: 'linux arm64' },
  })

/** A person lets a station join; its agent gets the grant. */
export async function join(
  core: BareCore,
  person: ApiClient,
  name: string,
  org: string,
): Promise<StationGrant> {
  const { status, body } = await redeem(core, await issueToken(person, org, { name }), name)
  if (status !== 200) throw new Error(`joining was answered ${status} ${JSON.stringify(body)}`)
  return body.grant
}

/** Signs in a member of an organisation, which is made where it is not there. The API does not do that yet. */
export async function signInMember(core: TestCore, role: Role, slug: string): Promise<ApiClient> {
  const org = await core.prisma.org.upsert({
    where: { slug },
    create: { id: randomUUID(), slug, name: slug },
    update: {},
  })
  const email = `${role}@${slug}.example.org`
  await core.prisma.user.create({
    data: { id: randomUUID(), email, memberships: { create: { orgId: org.id, role } } },
  })
  return await core.signIn(email)
}
