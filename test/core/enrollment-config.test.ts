import t from 'tap'
import { readConfig } from '../../core/config.js'

const named = (environment: Record<string, string>) => {
  try {
    readConfig(environment)
    return []
  } catch (error) {
    return (error as { options: { errors: { pointer: string }[] } }).options.errors.map((e) => e.pointer)
  }
}

t.test('E2, E3, E7: enrollment as it is when nothing is set', async (t) => {
  t.same(readConfig({}).enrollment, {
    ...{ ttlMinutes: 15, maxTtlMinutes: 10_080, isMultiUse: false, hourlyLimit: 1000 },
  })
})

t.test('E2, E3, E7: enrollment as the environment sets it', async (t) => {
  const { enrollment } = readConfig({
    ...{ TALOS_ENROLLMENT_TTL_MINUTES: '30', TALOS_ENROLLMENT_MAX_TTL_MINUTES: '60' },
    ...{ TALOS_ENROLLMENT_ALLOW_MULTI_USE: '1', TALOS_ENROLLMENT_HOURLY_LIMIT: '5' },
  })
  t.same(enrollment, { ttlMinutes: 30, maxTtlMinutes: 60, isMultiUse: true, hourlyLimit: 5 })
  t.equal(readConfig({ TALOS_ENROLLMENT_MAX_TTL_MINUTES: '5' }).enrollment.ttlMinutes, 5)
})

t.test('E3: a setting that makes no sense is named', async (t) => {
  for (const value of ['0', '10081', '1.5', '-1', 'soon'])
    t.same(named({ TALOS_ENROLLMENT_MAX_TTL_MINUTES: value }), ['/TALOS_ENROLLMENT_MAX_TTL_MINUTES'], value)
  t.same(named({ TALOS_ENROLLMENT_TTL_MINUTES: '90', TALOS_ENROLLMENT_MAX_TTL_MINUTES: '60' }), [
    '/TALOS_ENROLLMENT_TTL_MINUTES',
  ])
  t.same(named({ TALOS_ENROLLMENT_HOURLY_LIMIT: '0' }), ['/TALOS_ENROLLMENT_HOURLY_LIMIT'])
  t.same(named({ TALOS_ENROLLMENT_ALLOW_MULTI_USE: 'yes' }), ['/TALOS_ENROLLMENT_ALLOW_MULTI_USE'])
})
