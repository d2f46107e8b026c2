import t from 'tap'
import { ROLE_PERMISSIONS, ROLES } from '../../../shared/permissions.js'
import { ORG, testCore } from '../../support/core.js'
import { person, signedIn } from '../../support/people.js'

t.test("R4, R12: the roles are built in, say what they give, and none is a program's", async (t) => {
  const core = await testCore(t)
  const admin = await signedIn(core, 'admin', 'administrator')
  const { body } = await core.owner.api('GET', `/orgs/${ORG}/roles`)
  t.same(
    body.items.map(({ role }: { role: string }) => role),
    ROLES,
  )
  for (const item of body.items) {
    t.equal(item.isBuiltIn, true)
    t.same(item.permissions, ROLE_PERMISSIONS[item.role as (typeof ROLES)[number]])
    t.equal(item.mayAssign, true)
  }
  t.notMatch(JSON.stringify(body), /svc_|director|service/)
  const dangerous = Object.fromEntries(
    body.items.map((i: { role: string; dangerous: string[] }) => [i.role, i.dangerous]),
  )
  t.same(dangerous['operator'], ['command_stations'], 'R3')
  t.same(dangerous['hardware_manager'], ['command_stations', 'configure_hardware'])
  const seen = await admin.client.api('GET', `/orgs/${ORG}/roles`)
  t.same(
    seen.body.items.filter((i: { mayAssign: boolean }) => i.mayAssign).map((i: { role: string }) => i.role),
    ['viewer', 'operator', 'manager', 'administrator'],
    'R11',
  )
})

t.test('R4: an access preset is applied in the organisation that the body names', async (t) => {
  const core = await testCore(t)
  const { id } = await person(core, 'new', { [ORG]: 'viewer', rival: 'viewer' })
  t.match((await core.owner.api('GET', '/access-presets')).body.items, [
    { preset: 'read_only', role: 'viewer' },
    { preset: 'operator', role: 'operator' },
    { preset: 'manager', role: 'manager' },
    { preset: 'administrator', role: 'administrator' },
    { preset: 'owner', role: 'owner' },
  ])
  const apply = (org: string, preset: string) =>
    core.owner.api('POST', `/users/${id}/apply-preset`, { org, preset })
  t.match(await apply(ORG, 'manager'), { status: 200, body: { role: 'manager' } })
  t.match(await apply('rival', 'manager'), { status: 404 }, 'one that the caller cannot see')
  t.match(await apply('nowhere', 'manager'), { status: 404 })
  t.match(await apply(ORG, 'superadmin'), { status: 400 })
  t.match(await core.owner.api('POST', '/users/user-0000/apply-preset', { org: ORG, preset: 'owner' }), {
    status: 404,
  })
  const roles = await core.prisma.membership.findMany({ where: { userId: id }, orderBy: { role: 'asc' } })
  t.same(
    roles.map(({ role }) => role),
    ['manager', 'viewer'],
  )
})

t.test('R11: who manages users elsewhere applies nothing here', async (t) => {
  const core = await testCore(t)
  const both = await signedIn(core, 'both', { [ORG]: 'viewer', rival: 'owner' })
  const { id } = await person(core, 'new', { [ORG]: 'viewer' })
  const answer = await both.client.api('POST', `/users/${id}/apply-preset`, { org: ORG, preset: 'read_only' })
  t.match(answer, { status: 403, body: { code: 'forbidden' } })
})
