/**
 * People with memberships, made in the database, and signed in where a test wants it.
 * @module
 */
import { randomBytes } from 'node:crypto'
import type { Role } from '../../shared/permissions.js'
import type { ApiClient } from './client.js'
import { type BareCore, ORG } from './core.js'

/** By slug of the organisation; one that is not there is made. */
export type Roles = Readonly<Record<string, Role>>

export interface TestPerson {
  readonly id: string
  readonly email: string
}

type Base = Pick<BareCore, 'prisma' | 'signIn'>

/** Somebody with these roles, who is not signed in. */
export async function person({ prisma }: Base, name: string, roles: Roles = {}): Promise<TestPerson> {
  const id = `user-${randomBytes(8).toString('hex')}`
  const email = `${name}@example.org`
  await prisma.user.create({ data: { id, email } })
  for (const [slug, role] of Object.entries(roles)) {
    const org = await prisma.org.upsert({
      where: { slug },
      create: { id: `org-${slug}-0001`, slug, name: slug },
      update: {},
    })
    await prisma.membership.create({ data: { userId: id, orgId: org.id, role } })
  }
  return { id, email }
}

/** Somebody with a role in the organisation of the first owner, or with several, and a browser that is signed in. */
export async function signedIn(
  core: Base,
  name: string,
  roles: Role | Roles,
): Promise<TestPerson & { readonly client: ApiClient }> {
  const made = await person(core, name, typeof roles === 'string' ? { [ORG]: roles } : roles)
  return { ...made, client: await core.signIn(made.email) }
}

/** The id of the person behind a browser. */
export async function idOf(client: ApiClient): Promise<string> {
  return (await client.api('GET', '/auth/me')).body.id
}
