import fc from 'fast-check'
import t from 'tap'
import { assertMayAdminister, mayAdminister, type Rights } from '../../../core/identity/authority.js'
import { TalosError } from '../../../shared/errors.js'
import { coversRole, ROLE_PERMISSIONS, ROLES, type Role } from '../../../shared/permissions.js'

const ORGS = ['org-a', 'org-b', 'org-c']
const role = fc.constantFrom(...ROLES)
const rolesByOrg = fc
  .uniqueArray(fc.constantFrom(...ORGS), { maxLength: 3 })
  .chain((orgs) => fc.tuple(...orgs.map((orgId) => role.map((r) => ({ orgId, role: r })))))

const rightsOf = (standings: readonly { orgId: string; role: Role }[]): Rights =>
  new Map(standings.map(({ orgId, role }) => [orgId, new Set(ROLE_PERMISSIONS[role])]))

const codeOf = (act: () => void): string => {
  try {
    act()
    return 'passed'
  } catch (error) {
    return error instanceof TalosError ? error.code : String(error)
  }
}

t.test(
  'R11: an account is reached by who manages users everywhere that person belongs, and lacks nothing of theirs',
  (t) => {
    fc.assert(
      fc.property(rolesByOrg, rolesByOrg, (mine, theirs) => {
        const rights = rightsOf(mine)
        const expected =
          theirs.length > 0 &&
          theirs.every(({ orgId, role: their }) => {
            const own = mine.find((m) => m.orgId === orgId)?.role
            return (
              (own === 'administrator' || own === 'owner') &&
              coversRole(new Set(ROLE_PERMISSIONS[own]), their)
            )
          })
        const verdict = codeOf(() => assertMayAdminister(rights, theirs, 'user-1'))
        return mayAdminister(rights, theirs) === expected && (verdict === 'passed') === expected
      }),
      { numRuns: 2000 },
    )
    t.end()
  },
)

t.test(
  'somebody of whom one sees no membership does not exist; somebody of elsewhere too is refused',
  (t) => {
    const admin = rightsOf([{ orgId: 'org-a', role: 'administrator' }])
    const verdict = (theirs: { orgId: string; role: Role }[]) =>
      codeOf(() => assertMayAdminister(admin, theirs, 'user-1'))
    t.equal(verdict([{ orgId: 'org-a', role: 'administrator' }]), 'passed')
    t.equal(verdict([{ orgId: 'org-a', role: 'owner' }]), 'forbidden', 'above')
    t.equal(
      verdict([{ orgId: 'org-a', role: 'hardware_manager' }]),
      'forbidden',
      'may what the admin may not',
    )
    t.equal(
      verdict([
        { orgId: 'org-a', role: 'viewer' },
        { orgId: 'org-b', role: 'viewer' },
      ]),
      'forbidden',
    )
    t.equal(verdict([{ orgId: 'org-b', role: 'viewer' }]), 'not_found')
    t.equal(verdict([]), 'not_found')
    const viewer = rightsOf([{ orgId: 'org-a', role: 'viewer' }])
    t.equal(
      codeOf(() => assertMayAdminister(viewer, [{ orgId: 'org-a', role: 'viewer' }], 'user-1')),
      'not_found',
    )
    t.end()
  },
)
