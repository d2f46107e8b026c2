import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { ERRORS } from '../../shared/errors.js'
import { ACCESS_PRESETS, PERMISSIONS, ROLE_PERMISSIONS, ROLES, type Role } from '../../shared/permissions.js'

const ROOT = resolve(import.meta.dirname, '../../..')
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

/** Rows of the Markdown tables of a document: the cells of each. */
const rows = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => /^\| `[a-z_]+` \|/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    )

t.test('every error is documented with its status, and nothing else is', (t) => {
  const documented = Object.fromEntries(
    rows(read('docs/errors.md')).map(([code, status]) => [code, Number(status)]),
  )
  const known = Object.fromEntries(Object.entries(ERRORS).map(([code, kind]) => [code, kind.status]))
  t.same(documented, known)
  t.end()
})

t.test('R9: every permission is documented with the roles that have it, and nothing else is', (t) => {
  const documented = Object.fromEntries(
    rows(read('docs/permissions.md')).map(([permission, , ...roles]) => [
      permission,
      roles.map((r) => r === 'yes'),
    ]),
  )
  const known = Object.fromEntries(
    Object.keys(PERMISSIONS).map((permission) => [
      permission,
      ROLES.map((role) => (ROLE_PERMISSIONS[role] as readonly string[]).includes(permission)),
    ]),
  )
  t.same(documented, known)
  t.end()
})

t.test('R3: nobody configures hardware by default but an owner and a hardware manager', (t) => {
  t.same(
    ROLES.filter((role) => ROLE_PERMISSIONS[role].includes('configure_hardware')),
    ['hardware_manager', 'owner'],
  )
  t.end()
})

t.test('each role has all that the one below it has; a hardware manager stands beside the ladder', (t) => {
  const has = (role: Role, below: Role) =>
    ROLE_PERMISSIONS[below].every((p) => ROLE_PERMISSIONS[role].includes(p))
  const ladder = ROLES.filter((role) => role !== 'hardware_manager')
  for (const [i, role] of ladder.entries())
    for (const below of ladder.slice(0, i)) t.ok(has(role, below), `${role} has all of ${below}`)
  t.ok(has('hardware_manager', 'manager'))
  t.ok(has('owner', 'hardware_manager'))
  t.notOk(has('administrator', 'hardware_manager'), 'an administrator cannot make a hardware manager')
  t.notOk(has('hardware_manager', 'administrator'))
  t.end()
})

t.test('R4: each access preset is a role, in the order of the ladder', (t) => {
  t.same(Object.keys(ACCESS_PRESETS), ['read_only', 'operator', 'manager', 'administrator', 'owner'])
  t.same(
    Object.values(ACCESS_PRESETS),
    ROLES.filter((role) => role !== 'hardware_manager'),
  )
  t.end()
})

t.test('R10: the database accepts the roles of the code and no other', (t) => {
  const migrations = readdirSync(join(ROOT, 'prisma/migrations'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => read(`prisma/migrations/${name}/migration.sql`))
    .join('\n')
  for (const table of ['Membership', 'Invite']) {
    const checks = [
      ...migrations.matchAll(new RegExp(`"${table}_role_check"\\s+CHECK \\("role" IN \\(([^)]*)\\)`, 'g')),
    ]
    const roles = checks.at(-1)?.[1]?.replaceAll("'", '').split(', ') ?? []
    t.same(roles.sort(), [...ROLES].sort(), table)
  }
  t.end()
})
