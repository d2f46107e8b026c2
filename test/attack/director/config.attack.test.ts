/** The key of the director opens every station of every organisation. */
import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { readDirectorConfig, readServiceKey } from '../../../director/config.js'
import { temporaryDirectory } from '../../support/directory.js'

t.test('D1: it crosses no network in the clear', (t) => {
  const refused = (env: Record<string, string>): boolean => {
    try {
      readDirectorConfig(env)
      return false
    } catch (error) {
      t.match(error, { code: 'config_invalid' })
      return true
    }
  }
  for (const host of [
    'core',
    '192.0.2.1',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '[2001:db8::1]',
  ]) {
    t.ok(refused({ TALOS_CORE_URL: `http://${host}:8080` }), `http ${host}`)
    t.ok(refused({ TALOS_MQTT_URL: `mqtt://${host}:1883` }), `mqtt ${host}`)
    t.notOk(refused({ TALOS_CORE_URL: `https://${host}` }), `https ${host}`)
    t.notOk(refused({ TALOS_MQTT_URL: `mqtts://${host}:8883` }), `mqtts ${host}`)
  }
  for (const env of [
    { TALOS_CORE_URL: 'http://127.0.0.1@evil.example' },
    { TALOS_MQTT_URL: 'mqtt://localhost:1883@evil.example' },
    { TALOS_CORE_URL: 'javascript:alert(1)' },
    { TALOS_CORE_URL: 'file:///etc/passwd' },
    { TALOS_MQTT_URL: 'not a url' },
  ])
    t.ok(refused(env), JSON.stringify(env))
  for (const host of ['127.0.0.1', 'localhost', '[::1]'])
    t.notOk(refused({ TALOS_CORE_URL: `http://${host}:1`, TALOS_MQTT_URL: `mqtt://${host}:1` }), host)
  t.notOk(
    refused({ TALOS_CORE_URL: 'http://192.0.2.1:8080', TALOS_INSECURE_HTTP: '1' }),
    'unless somebody insists',
  )
  t.end()
})

t.test('what is wrong with its file is said without saying what is in it', (t) => {
  const file = path.join(temporaryDirectory(t), 'director.key')
  const secret = `gsk_0123456789abcdef_${'s'.repeat(42)}`
  writeFileSync(file, secret)
  chmodSync(file, 0o600)
  try {
    readServiceKey(file)
    t.fail('a key that is too short was taken')
  } catch (error) {
    t.match(error, { code: 'config_invalid' })
    t.notOk(String(error).includes('ssss'))
  }
  t.end()
})

t.test('Sources lead out of the public internet only where the environment names the origin', (t) => {
  const { sourceOrigins } = readDirectorConfig({
    TALOS_CELESTRAK_URL: 'http://mirror.lan/',
    TALOS_SOURCE_ORIGINS: 'http://10.0.0.5:8000/path, https://inside.example',
  })
  t.same([...sourceOrigins].sort(), [
    'http://10.0.0.5:8000',
    'http://mirror.lan',
    'https://db.satnogs.org',
    'https://inside.example',
  ])
  for (const wrong of ['file:///etc', 'mirror.lan', 'http://x, ftp://y'])
    t.throws(() => readDirectorConfig({ TALOS_SOURCE_ORIGINS: wrong }), {
      code: 'config_invalid',
      detail: /TALOS_SOURCE_ORIGINS/,
    })
  t.end()
})
