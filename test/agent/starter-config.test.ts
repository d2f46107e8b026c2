import { readFile } from 'node:fs/promises'
import t from 'tap'
import { parseConfig } from '../../agent/config.js'
import { rotctldAt, SIMULATED, starterConfig } from '../../agent/starter-config.js'

const example = await readFile('agent/agent.example.jsonc', 'utf8')
const driverOf = (text: string) => parseConfig(text, '/srv').driver

t.test('a new configuration is the example, with the rotator that was asked for', (t) => {
  t.equal(starterConfig(example, {}), example)
  t.same(driverOf(starterConfig(example, { driver: SIMULATED })), SIMULATED)
  const rotctld = starterConfig(example, { driver: rotctldAt('localhost:4600') })
  t.same(driverOf(rotctld), { kind: 'rotctld', host: 'localhost', port: 4600 })
  t.equal(parseConfig(starterConfig(example, { dataDir: '/var/lib/$&' }), '/srv').dataDir, '/var/lib/$&')
  t.equal(rotctld.split('\n').length, example.split('\n').length, 'the comments stay')
  t.end()
})

t.test('an address of rotctld is a host and a port', (t) => {
  t.same(rotctldAt('[::1]:4533'), { kind: 'rotctld', host: '::1', port: 4533 })
  for (const wrong of ['', 'localhost', ':4533', 'localhost:0', 'localhost:65536', 'a b:1', '::1:4533'])
    t.throws(() => rotctldAt(wrong), { code: 'config_invalid' }, wrong)
  t.end()
})
