/** A control plane that lies at enrollment: the key of the station leaves the machine over TLS or not at all. */
import { parse } from 'node:url'
import t from 'tap'
import { isSafeUrl } from '../../../agent/credential.js'

const isSafe = (text: string) => isSafeUrl(text, 'mqtts:', 'mqtt:')

t.test('G4: whatever reads the address of the broker comes to the same machine', (t) => {
  const evil = [
    ...[
      'mqtt://evil.example\\@127.0.0.1',
      'mqtt://127.0.0.1:1883@evil.example',
      'mqtt://127.0.0.1\\@evil.example',
    ],
    ...[
      'mqtt://localhost\\.evil.example',
      'mqtt://evil.example\t@127.0.0.1',
      'mqtt://127.0.0.1.evil.example',
    ],
    ...[
      'mqtt://2130706433',
      'mqtt://0x7f.1',
      'mqtt://0.0.0.0',
      'mqtt://[::]',
      'mqtt://evil.example#@127.0.0.1',
    ],
    ...[
      'mqtt+unix:///tmp/x',
      'ws://127.0.0.1',
      'mqtts://user:secret@broker.example',
      'mqtt:127.0.0.1',
      'mqtts:///x',
    ],
  ]
  for (const text of evil) t.notOk(isSafe(text), text)
  const good = [
    'mqtts://broker.example:8883',
    'mqtt://127.0.0.1:1883',
    'mqtt://localhost',
    'mqtt://[::1]:1883',
  ]
  for (const text of good) {
    t.ok(isSafe(text), text)
    // As MQTT.js reads it.
    t.equal(parse(text).hostname, new URL(text).hostname.replace(/^\[|\]$/g, ''), text)
  }
  t.ok(isSafeUrl('https://talos.example/enroll', 'https:', 'http:'))
  t.ok(isSafeUrl('http://127.0.0.1:8080', 'https:', 'http:'))
  t.end()
})
