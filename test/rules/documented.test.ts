import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { ERRORS } from '../../shared/errors.js'
import { PERMISSIONS, ROLE_PERMISSIONS, ROLES } from '../../shared/permissions.js'

const ROOT = resolve(import.meta.dirname, '../../..')
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

/** Rows of the Markdown tables of a document: the cells of each. */
const rows = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
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

t.test('R3: only an owner may configure hardware by default', (t) => {
  t.same(
    ROLES.filter((role) => ROLE_PERMISSIONS[role].includes('configure_hardware')),
    ['owner'],
  )
  t.end()
})

t.test('each role has all that the one below it has', (t) => {
  for (let i = 1; i < ROLES.length; i++) {
    const below = ROLE_PERMISSIONS[ROLES[i - 1] ?? 'viewer']
    const own = ROLE_PERMISSIONS[ROLES[i] ?? 'owner']
    t.ok(
      below.every((p) => own.includes(p)),
      `${ROLES[i]} has all of ${ROLES[i - 1]}`,
    )
  }
  t.end()
})
