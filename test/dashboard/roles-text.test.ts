import t from 'tap'
import {
  additionOf,
  dayOf,
  endOfDay,
  isDangerous,
  memberStatus,
  roleName,
} from '../../core/dashboard/logic/roles-text.js'
import { ROLE_PERMISSIONS, ROLES } from '../../shared/permissions.js'

t.test('what a role adds, with all of the smaller ones below it, is what the role gives', (t) => {
  const all = (role: (typeof ROLES)[number]): string[] => {
    const { base, adds } = additionOf(role)
    return [...(base === null ? [] : all(base)), ...adds]
  }
  for (const role of ROLES) t.same(all(role).sort(), [...ROLE_PERMISSIONS[role]].sort(), role)
  t.equal(additionOf('viewer').base, null)
  t.same(additionOf('hardware_manager'), { base: 'manager', adds: ['configure_hardware'] })
  t.equal(additionOf('administrator').base, 'manager', 'beside the hardware manager, not above')
  t.equal(additionOf('owner').base, 'administrator')
  t.end()
})

t.test('R3: two permissions are marked', (t) => {
  t.same(ROLE_PERMISSIONS.owner.filter(isDangerous).sort(), ['command_stations', 'configure_hardware'])
  t.end()
})

t.test('a role is written as people say it', (t) => {
  t.equal(roleName('hardware_manager'), 'Hardware manager')
  t.equal(roleName('owner'), 'Owner')
  t.end()
})

t.test('an account that ends or has ended says so', (t) => {
  const at = '2026-11-22T23:59:59.999Z'
  t.equal(memberStatus({ disabledAt: null, expiresAt: null }), null)
  t.same(memberStatus({ disabledAt: null, expiresAt: at }), { tone: 'warn', label: 'until 2026-11-22' })
  t.same(memberStatus({ disabledAt: at, expiresAt: at }), { tone: 'bad', label: 'disabled' })
  t.end()
})

t.test('a day of a date input ends at its last millisecond, UTC, and comes back as the same day', (t) => {
  t.equal(endOfDay(''), null)
  t.equal(dayOf(null), '')
  t.equal(dayOf(endOfDay('2026-11-22')), '2026-11-22')
  t.equal(endOfDay('2026-11-22'), '2026-11-22T23:59:59.999Z')
  t.end()
})
