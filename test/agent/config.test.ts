import { readFile } from 'node:fs/promises'
import t from 'tap'
import { loadConfig, parseConfig } from '../../agent/config.js'
import type { TalosError } from '../../shared/errors.js'
import { MOUNT } from '../support/mounts.js'

const minimal = { dataDir: 'data', driver: { kind: 'rotctld' }, mount: MOUNT }
const parse = (value: unknown) => parseConfig(JSON.stringify(value), '/srv/agent')

t.test('a minimal file is enough; the rest has stated defaults', (t) => {
  t.match(parse(minimal), {
    dataDir: '/srv/agent/data',
    driver: { kind: 'rotctld', host: '127.0.0.1', port: 4533 },
    allowRemoteRotctld: false,
    azimuthReport: 'absolute',
    onLinkLoss: { action: 'stop', afterS: 60 },
    manualMaxMs: 5000,
    reconnect: { maxMs: 120_000, refusedMs: 300_000 },
  })
  t.throws(() => Object.assign(parse(minimal), { dataDir: '/' }), TypeError, 'frozen')
  t.end()
})

t.test('the commented example is valid', async (t) => {
  const text = await readFile('agent/agent.example.jsonc', 'utf8')
  const config = parseConfig(text, '/srv')
  t.match(config, { driver: { kind: 'rotctld' }, mount: { keepOut: [{ elBelow: 15 }] } })
  t.notOk(config.site, 'nobody is told that a new station stands where the example does')
  t.notOk(config.name)
})

t.test('comments are taken out and strings left alone', (t) => {
  const text = JSON.stringify({ ...minimal, name: 'https://a.b // "c"' }).replace(/^\{/, '{ // note "x\n')
  t.equal(parseConfig(text, '/').name, 'https://a.b // "c"')
  t.end()
})

t.test('every wrong key is named at once', (t) => {
  const wrong = {
    ...minimal,
    mount: { ...MOUNT, azRate: 0, speed: 3 },
    driver: { kind: 'rotctld', port: 99_999 },
    extra: 1,
  }
  try {
    parse(wrong)
    t.fail('accepted')
  } catch (cause) {
    const error = cause as TalosError
    t.equal(error.code, 'config_invalid')
    const pointers = (error.options.errors ?? []).map((e) => e.pointer)
    for (const pointer of ['/mount/azRate', '/mount', '/driver/port', '/'])
      t.ok(pointers.includes(pointer), `${pointer} in ${pointers.join(' ')}`)
  }
  t.throws(() => parseConfig('{', '/'), { code: 'config_invalid' })
  t.end()
})

t.test('G7: a rotctld elsewhere needs an explicit word', (t) => {
  const remote = { ...minimal, driver: { kind: 'rotctld', host: '192.168.1.5' } }
  t.throws(() => parse(remote), { code: 'config_invalid', message: /rotctld has no password/ })
  t.match(parse({ ...remote, allowRemoteRotctld: true }), { driver: { host: '192.168.1.5' } })
  t.end()
})

t.test('G7: a rigctld elsewhere needs an explicit word of its own', (t) => {
  const remote = { ...minimal, rig: { host: '192.168.1.5' }, allowRemoteRotctld: true }
  t.throws(() => parse(remote), { code: 'config_invalid', message: /rigctld has no password/ })
  t.match(parse({ ...remote, allowRemoteRigctld: true }), { rig: { host: '192.168.1.5', port: 4532 } })
  t.end()
})

t.test('a GS-232 that turns west of north must be read modulo', (t) => {
  const travel = { azMin: -180, azMax: 180, elMin: 0, elMax: 90 }
  const driver = { kind: 'serial', protocol: 'gs232b', path: '/dev/ttyUSB0', travel }
  t.throws(() => parse({ ...minimal, driver }), { message: /350 for -10/ })
  t.match(parse({ ...minimal, driver, azimuthReport: 'modulo' }), { driver: { travel } })
  t.end()
})

t.test('a mount that contradicts itself is refused', (t) => {
  t.throws(() => parse({ ...minimal, mount: { ...MOUNT, azMax: -10 } }), { code: 'config_invalid' })
  const mast = [{ azFrom: 170, azTo: 190, elBelow: 91 }]
  t.throws(() => parse({ ...minimal, mount: { ...MOUNT, keepOut: mast } }), { message: /park position/ })
  t.end()
})

t.test('design 5: nobody can configure manual motion to live longer than 5 s', (t) => {
  t.throws(() => parse({ ...minimal, manualMaxMs: 5001 }), { code: 'config_invalid' })
  t.end()
})

t.test('a file that is not there is said by name', async (t) => {
  await t.rejects(loadConfig('/nonexistent/agent.json'), { code: 'config_invalid', message: /agent\.json/ })
})
