import t from 'tap'
import {
  levelOf,
  readThresholds,
  THRESHOLD_NAMES,
  THRESHOLDS,
  variableOf,
} from '../../../core/health/thresholds.js'

t.test('H2: whether more or less is worse follows from the order of warning and critical', (t) => {
  const more = { warning: 10, critical: 100 }
  t.same(
    [9, 10, 99, 100, Number.POSITIVE_INFINITY].map((n) => levelOf(n, more)),
    [...['ok', 'warning', 'warning', 'critical', 'critical']],
  )
  const less = { warning: 30, critical: 7 }
  t.same(
    [31, 30, 8, 7, -3].map((n) => levelOf(n, less)),
    ['ok', 'warning', 'warning', 'critical', 'critical'],
  )
  t.end()
})

t.test('H2: the environment overrides them; what it does not name stays', (t) => {
  const none = readThresholds({}, (name) => t.fail(name))
  for (const name of THRESHOLD_NAMES) {
    const { warning, critical } = THRESHOLDS[name]
    t.same(none[name], { warning, critical })
    t.not(warning, critical, name)
  }
  const own = readThresholds(
    {
      TALOS_HEALTH_LOOP_DELAY_MS: '25,80.5',
      TALOS_HEALTH_CERTIFICATE_DAYS: '60,14',
      TALOS_HEALTH_MEMORY_PERCENT: '',
    },
    (name) => t.fail(name),
  )
  t.same(own.loopDelayMs, { warning: 25, critical: 80.5 })
  t.same(own.certificateDays, { warning: 60, critical: 14 })
  t.same(own.memoryPercent, none.memoryPercent)
  t.equal(variableOf('brokerPendingPercent'), 'TALOS_HEALTH_BROKER_PENDING_PERCENT')
  t.end()
})

t.test('H2: a threshold that is misspelt would not hold, so it is named', (t) => {
  const said: string[] = []
  readThresholds({ TALOS_HEALTH_LOOP_DELAY: '5,10', TALOS_HEALTHY: '1' }, (name) => said.push(name))
  t.same(said, ['TALOS_HEALTH_LOOP_DELAY'])
  t.end()
})

t.test('H2: a threshold that makes no sense is named, with what it should be', (t) => {
  for (const [name, text] of [
    ...['5', '5,', 'a,b', '-1,5', '1,2,3', '80,50', '7,7'].map((text) => ['LOOP_DELAY_MS', text] as const),
    ...['7,30', '7', 'soon,now', '7,7'].map((text) => ['CERTIFICATE_DAYS', text] as const),
  ]) {
    const said: string[] = []
    readThresholds({ [`TALOS_HEALTH_${name}`]: text }, (variable, detail) =>
      said.push(`${variable} ${detail}`),
    )
    t.equal(said.length, 1, `${name}=${text}`)
    t.match(said[0], new RegExp(`^TALOS_HEALTH_${name} must be two numbers.* is worse$`))
  }
  t.end()
})
