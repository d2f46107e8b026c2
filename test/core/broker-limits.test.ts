import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { DEFAULT_LIMITS, LIMIT_KEYS, LIMIT_TABLE } from '../../broker/limits.js'
import { readBrokerLimits, settingOf } from '../../core/broker-limits.js'

const ROOT = resolve(import.meta.dirname, '../../..')

const read = (environment: Record<string, string>) => {
  const wrong: Record<string, string> = {}
  const limits = readBrokerLimits(environment, (variable, detail) => {
    wrong[variable] = detail
  })
  return { limits, wrong }
}

t.test('without settings the defaults hold, and each default is within its bounds', async (t) => {
  t.same(read({ TALOS_HTTP_PORT: '80', TALOS_BROKER_CONNECT_BYTES: '' }), {
    limits: DEFAULT_LIMITS,
    wrong: {},
  })
  for (const key of LIMIT_KEYS) {
    const { min, max, default: value } = LIMIT_TABLE[key]
    t.ok(min <= value && value <= max, key)
  }
})

t.test('a setting changes its limit and no other', async (t) => {
  const { limits, wrong } = read({
    TALOS_BROKER_CONNECTIONS_PER_ADDRESS: '5000',
    TALOS_BROKER_KEEPALIVE_MIN_S: '20',
  })
  t.same(limits, { ...DEFAULT_LIMITS, connectionsPerAddress: 5000, keepaliveMinS: 20 })
  t.same(wrong, {})
})

t.test('every setting is bounded, and what is wrong is named', async (t) => {
  for (const key of LIMIT_KEYS) {
    const { min, max } = LIMIT_TABLE[key]
    const name = settingOf(key)
    for (const good of [min, max]) t.equal(read({ [name]: String(good) }).limits[key], good)
    for (const bad of [String(min - 1), String(max + 1), '1.5', '-1', 'many', '1e3', ' 5', '9'.repeat(16)])
      t.same(
        read({ [name]: bad }).wrong,
        { [name]: `must be a whole number from ${min} to ${max}` },
        `${name} ${bad}`,
      )
  }
})

t.test('a setting that is misspelt is not ignored', async (t) => {
  t.same(read({ TALOS_BROKER_CONECT_BYTES: '4096' }).wrong, {
    TALOS_BROKER_CONECT_BYTES: 'is not a setting of the broker',
  })
})

t.test('no two settings within their bounds contradict each other', async (t) => {
  const any = fc.record(
    Object.fromEntries(
      LIMIT_KEYS.map((key) => [key, fc.integer({ min: LIMIT_TABLE[key].min, max: LIMIT_TABLE[key].max })]),
    ),
  ) as fc.Arbitrary<Record<(typeof LIMIT_KEYS)[number], number>>
  fc.assert(
    fc.property(
      any,
      (limits) =>
        limits.keepaliveMinS <= 30 &&
        limits.keepaliveMaxS >= 60 &&
        limits.backlogDropBytes <= limits.backlogPlanBytes &&
        limits.backlogPlanBytes + DEFAULT_LIMITS.planPacketBytes < limits.backlogKillBytes &&
        limits.byteBurst >= 2 * limits.packetBytes,
    ),
  )
  t.pass()
})

t.test('docs/operate.md has the table of the limits, and it is this one', async (t) => {
  const documented = readFileSync(join(ROOT, 'docs/operate.md'), 'utf8')
    .split('\n')
    .filter((line) => /^\| `TALOS_BROKER_[A-Z]/.test(line))
  const rows = LIMIT_KEYS.map((key) => {
    const { default: value, min, max, counts, means } = LIMIT_TABLE[key]
    return `| \`${settingOf(key)}\` | ${value} | ${min} to ${max} | ${means} | ${counts === null ? '' : `\`${counts}\``} |`
  })
  t.same(documented, rows)
})
