/**
 * People of a test: members of the owner's organisation and of another.
 * @module
 */
import type { Role } from '../../../shared/permissions.js'
import type { ApiClient } from '../../support/client.js'
import { ORG, type TestCore } from '../../support/core.js'

/** The other organisation. */
export const RIVAL = 'rival'

/** Makes a member of an organisation, and the organisation where it is not there, and signs the person in. */
export async function member(core: TestCore, role: Role, slug: string = ORG): Promise<ApiClient> {
  const { prisma } = core
  const org = await prisma.org.upsert({
    where: { slug },
    create: { id: `org-${slug}-0001`, slug, name: slug },
    update: {},
  })
  const id = `user-${slug}-${role}`
  const email = `${role}@${slug}.example.org`
  await prisma.user.create({ data: { id, email, memberships: { create: { orgId: org.id, role } } } })
  return await core.signIn(email)
}
