import t from 'tap'
import { driverSchema, rigSchema } from '../../agent/driver-config.js'

const messageOf = (value: unknown): string =>
  driverSchema
    .safeParse(value)
    .error?.issues.map((i) => `${i.path.join('.')} ${i.message}`)
    .join('; ') ?? 'accepted'

t.test('each kind of rotator with what it needs, and no word that it does not know', (t) => {
  t.same(driverSchema.parse({ kind: 'rotctld' }), { kind: 'rotctld', host: '127.0.0.1', port: 4533 })
  t.match(driverSchema.parse({ kind: 'rotctld', model: 603 }), { model: 603 })
  t.same(driverSchema.parse({ kind: 'serial', protocol: 'gs232b', path: '/dev/ttyUSB0' }), {
    ...{ kind: 'serial', protocol: 'gs232b', path: '/dev/ttyUSB0', settleMs: 0 },
  })
  t.match(driverSchema.parse({ kind: 'simulated', azRate: 6, elRate: 3, noise: 0.1 }), { noise: 0.1 })
  t.match(messageOf({ kind: 'serial', protocol: 'gs232', path: '/dev/ttyUSB0' }), /protocol/)
  t.match(messageOf({ kind: 'serial', protocol: 'gs232b' }), /path/)
  t.match(messageOf({ kind: 'rotctld', path: '/dev/ttyUSB0' }), /path/)
  t.match(messageOf({ kind: 'serial', protocol: 'gs232b', path: '/dev/ttyUSB0', baudRate: 0 }), /baudRate/)
  t.end()
})

t.test('a travel that the protocol has no numbers for is refused', (t) => {
  const serial = (protocol: string, travel: Record<string, number>) =>
    messageOf({
      kind: 'serial',
      protocol,
      path: '/dev/x',
      travel: { azMin: 0, azMax: 360, elMin: 0, elMax: 90, ...travel },
    })
  t.equal(serial('easycomm2', { azMax: 450 }), 'accepted')
  t.equal(serial('gs232a', { azMin: -180 }), 'accepted')
  t.match(serial('gs232a', { azMax: 540 }), /travel Yaesu GS-232A can express az -180\.\.450/)
  t.match(serial('rot2prog', { elMin: -30 }), /el -20\.\.210/)
  t.match(serial('easycomm2', { azMin: 360 }), /from less to more/)
  t.end()
})

t.test('a radio that only receives is the default', (t) => {
  t.match(rigSchema.parse({}), { port: 4532, use: 'downlink', txVfo: 'VFOB', followHz: 50_000 })
  for (const wrong of [{ use: 'transmit' }, { downlinkMode: 'NOPE' }, { stepHz: 0 }, { ptt: true }])
    t.notOk(rigSchema.safeParse(wrong).success, JSON.stringify(wrong))
  t.end()
})
