import { randomBytes } from 'node:crypto'
import t from 'tap'
import { readConfig } from '../../core/config.js'
import type { TalosError } from '../../shared/errors.js'

const KEY = randomBytes(32).toString('hex')
const PRODUCTION = {
  NODE_ENV: 'production',
  TALOS_MASTER_KEY: KEY,
  TALOS_MAILER: 'smtp',
  TALOS_SMTP_URL: 'smtps://user:pass@mail.example.org',
  TALOS_PUBLIC_URL: 'https://talos.example.org',
  TALOS_TLS_PROXY: '1',
}

/** The names of the variables that are complained about. */
const wrong = (env: Record<string, string>, readText?: (file: string) => string): string[] => {
  try {
    readConfig(env, readText)
    return []
  } catch (error) {
    const { code, options, detail } = error as TalosError
    if (code !== 'config_invalid') throw error
    const names = (options.errors ?? []).map(({ pointer }) => pointer.slice(1))
    for (const name of names) if (!detail.includes(name)) throw new Error(`${name} is not in: ${detail}`)
    return names.sort()
  }
}

t.test('an empty environment is a good one, for one machine', (t) => {
  const config = readConfig({ TALOS_PUBLIC_URL: '' })
  t.match(config, {
    ...{ production: false, httpHost: '127.0.0.1', httpPort: 8080, mqttPort: 1883, mqttsPort: 8883 },
    ...{ tls: null, tlsProxy: false, databaseUrl: null, publicUrl: null, masterKey: null, ownerEmail: null },
    openSignUp: false,
    ...{ mailer: 'console', logLevel: 'info' },
  })
  t.equal(config.dataDir, `${process.cwd()}/data`)
  t.ok(Object.isFrozen(config))
  t.end()
})

t.test('H2: thresholds of health come from the environment too', (t) => {
  t.same(readConfig({ TALOS_HEALTH_LOOP_DELAY_MS: '20,40' }).thresholds.loopDelayMs, {
    warning: 20,
    critical: 40,
  })
  t.same(wrong({ TALOS_HEALTH_LOOP_DELAY_MS: '40,20', TALOS_HTTP_PORT: '80800' }), [
    'TALOS_HEALTH_LOOP_DELAY_MS',
    'TALOS_HTTP_PORT',
  ])
  t.end()
})

t.test('every wrong variable is named at once', (t) => {
  t.same(
    wrong({
      TALOS_HTTP_PORT: '80800',
      TALOS_MQTT_PORT: '-1',
      TALOS_HTTP_HOST: '0.0.0.0',
      TALOS_PUBLIC_URL: 'talos.example.org',
      TALOS_OWNER_EMAIL: 'nobody',
      TALOS_MAILER: 'pigeon',
      TALOS_LOG_LEVEL: 'loud',
      TALOS_MASTER_KEY: 'changeme',
      TALOS_TLS_KEY: 'key.pem',
      TALOS_DATABASE_URL: 'mysql://x',
    }),
    [
      'TALOS_DATABASE_URL',
      'TALOS_HTTP_HOST',
      'TALOS_HTTP_PORT',
      'TALOS_LOG_LEVEL',
      'TALOS_MAILER',
      'TALOS_MASTER_KEY',
      'TALOS_MQTT_PORT',
      'TALOS_OWNER_EMAIL',
      'TALOS_PUBLIC_URL',
      'TALOS_TLS_CERT',
    ],
  )
  t.end()
})

t.test('A8, A9, B10: production names what it lacks', (t) => {
  t.same(wrong(PRODUCTION), [])
  t.same(wrong({ NODE_ENV: 'production' }), [
    'TALOS_MAILER',
    'TALOS_MASTER_KEY',
    'TALOS_PUBLIC_URL',
    'TALOS_TLS_CERT',
  ])
  const without = (name: keyof typeof PRODUCTION) => ({ ...PRODUCTION, [name]: '' })
  t.same(wrong(without('TALOS_MASTER_KEY')), ['TALOS_MASTER_KEY'])
  t.same(wrong(without('TALOS_MAILER')), ['TALOS_MAILER'])
  t.same(wrong(without('TALOS_SMTP_URL')), ['TALOS_SMTP_URL'])
  t.same(wrong(without('TALOS_TLS_PROXY')), ['TALOS_TLS_CERT'])
  t.same(wrong({ ...PRODUCTION, TALOS_PUBLIC_URL: 'http://127.0.0.1' }), ['TALOS_PUBLIC_URL'])
  t.same(wrong({ ...PRODUCTION, TALOS_INSECURE_HTTP: '1' }), ['TALOS_INSECURE_HTTP'])
  t.same(wrong({ ...PRODUCTION, TALOS_MASTER_KEY: '0'.repeat(64) }), ['TALOS_MASTER_KEY'])
  const certificate = { TALOS_TLS_PROXY: '0', TALOS_TLS_CERT: 'c.pem', TALOS_TLS_KEY: 'k.pem' }
  t.same(wrong({ ...PRODUCTION, ...certificate }), [])
  t.end()
})

t.test(
  'B10: beyond this machine only with TLS, behind a declared proxy, or by the name of the danger',
  (t) => {
    for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost'])
      t.same(wrong({ TALOS_HTTP_HOST: host }), [])
    const open = { TALOS_HTTP_HOST: '0.0.0.0' }
    t.same(wrong(open), ['TALOS_HTTP_HOST'])
    t.same(wrong({ ...open, TALOS_TLS_PROXY: '1' }), [])
    t.same(wrong({ ...open, TALOS_TLS_CERT: 'c', TALOS_TLS_KEY: 'k' }), [])
    t.same(wrong({ ...open, TALOS_INSECURE_HTTP: '1' }), [])
    t.same(wrong({ TALOS_PUBLIC_URL: 'http://talos.lan' }), ['TALOS_PUBLIC_URL'])
    t.same(wrong({ TALOS_PUBLIC_URL: 'http://talos.lan', TALOS_INSECURE_HTTP: '1' }), [])
    t.same(wrong({ TALOS_HTTP_HOST: 'a b; rm' }), ['TALOS_HTTP_HOST'])
    t.end()
  },
)

t.test('the public URL is an origin and nothing more', (t) => {
  t.equal(
    readConfig({ TALOS_PUBLIC_URL: 'https://Talos.Example.org:443/' }).publicUrl,
    'https://talos.example.org',
  )
  for (const bad of ['https://a.b/path', 'https://a.b/?q', 'https://a.b/#f', 'https://u:p@a.b', 'ftp://a.b'])
    t.same(wrong({ TALOS_PUBLIC_URL: bad }), ['TALOS_PUBLIC_URL'], bad)
  t.end()
})

t.test('the master key comes from its variable or its file, not from both', (t) => {
  const read = (file: string) => {
    if (file === '/run/key') return `${KEY}\n`
    throw Object.assign(new Error('none'), { code: 'ENOENT' })
  }
  const file = { TALOS_MASTER_KEY_FILE: '/run/key' }
  t.equal(readConfig(file, read).masterKey?.toString('hex'), KEY)
  t.same(wrong({ TALOS_MASTER_KEY_FILE: '/none' }, read), ['TALOS_MASTER_KEY_FILE'])
  t.same(wrong({ ...file, TALOS_MASTER_KEY: KEY }, read), ['TALOS_MASTER_KEY_FILE'])
  t.same(
    wrong(file, () => 'changeme'),
    ['TALOS_MASTER_KEY_FILE'],
  )
  t.end()
})

t.test('what this version cannot do is refused, not ignored', (t) => {
  t.same(wrong({ TALOS_REDIS_URL: 'redis://127.0.0.1' }), ['TALOS_REDIS_URL'])
  t.end()
})

t.test('balancers are addresses and networks; limits of the broker are settings too', (t) => {
  const { mqttBalancers, brokerLimits } = readConfig({
    TALOS_MQTT_PROXY_PROTOCOL: '10.0.0.0/8, 127.0.0.2',
    TALOS_BROKER_CONNECTIONS: '500',
  })
  t.ok(mqttBalancers?.has('10.9.9.9'))
  t.notOk(mqttBalancers?.has('127.0.0.1'))
  t.equal(brokerLimits.connections, 500)
  t.equal(readConfig({}).mqttBalancers, null)
  t.same(
    wrong({ TALOS_MQTT_PROXY_PROTOCOL: 'on', TALOS_BROKER_CONNECTIONS: '0', TALOS_BROKER_CONECTIONS: '5' }),
    ['TALOS_BROKER_CONECTIONS', 'TALOS_BROKER_CONNECTIONS', 'TALOS_MQTT_PROXY_PROTOCOL'],
  )
  t.end()
})

t.test('addresses are kept in lower case', (t) => {
  t.equal(readConfig({ TALOS_OWNER_EMAIL: 'Boss@Example.ORG' }).ownerEmail, 'boss@example.org')
  t.end()
})
