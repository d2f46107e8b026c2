/** The agent whole, on a controller at the end of a serial line and with a radio beside it. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { receivedDownlink } from '../../shared/orbit/doppler.js'
import { makePlan, startBench } from '../support/agent-bench.js'
import { MOUNT } from '../support/mounts.js'
import { startRigctld } from '../support/rotctld.js'
import { Gs232Controller } from '../support/simulators/gs232.js'
import { Mechanics } from '../support/simulators/mechanics.js'
import { openPty } from '../support/simulators/pty.js'

const SERIAL_MOUNT = { ...MOUNT, azRate: 40, elRate: 40, parkEl: 45 }

/** Side by side: most of their time is waiting. */
t.jobs = 4
const test = (name: string, run: (t: Test) => Promise<void>) => t.test(name, { buffered: true }, run)

test('a pass on a GS-232B and a radio: followed, tuned, and told as it was', async (t) => {
  const controller = new Gs232Controller(new Mechanics({ az: 180, el: 45 }, 40), 'B')
  const pty = await openPty(t, (bytes) => controller.receive(bytes))
  const daemon = await startRigctld(t)
  if (pty === null || daemon === null) return
  const { core, agent } = await startBench(t, {
    driver: { kind: 'serial', protocol: 'gs232b', path: pty.path },
    mount: SERIAL_MOUNT,
    rig: { port: daemon.port, downlinkMode: 'FM' },
  })
  const info = await core.until(
    (h) => h.topic.endsWith('/info') && String(h.body['capabilities']).includes('rig'),
  )
  t.match(info.body, { driver: { kind: 'serial', model: 'Yaesu GS-232B' }, capabilities: ['rotator', 'rig'] })

  const shape = makePlan({ inS: 1.5, lengthS: 3, az: (s) => 190 + 5 * s })
  const plan = { ...shape, downlinkHz: 437_000_000, rangeRate: shape.rangeRate.map(() => -5) }
  const { jti } = await core.plan(plan)
  await core.ack(jti, 'accepted')
  const tuned = await core.until((h) => h.topic.endsWith('/telemetry/rig') && h.body['mode'] === 'FM')
  t.match(tuned.body, {
    downlinkHz: receivedDownlink(437_000_000, -5),
    uplinkHz: null,
    dialHz: 0,
    contactId: plan.contactId,
  })
  const told = await core.until((h) => h.body['receipt'] !== undefined)
  t.match(told.body['receipt'], { outcome: 'completed', code: null })
  const bytes = pty.taken()
  t.match(bytes, /W20\d 0\d\d\r/)
  t.equal(bytes.replace(/W\d{3} \d{3}\r|C2\r|S\r/g, ''), '', 'not a byte but the three commands')
  await agent.stop()
  // It has left the agent; socat still carries it.
  let said = ''
  while (!said.endsWith('S\r')) {
    await new Promise(setImmediate)
    said += pty.taken()
  }
  t.pass('the last word is a stop')
})

test('a serial line that is pulled out ends in a stop and a safe hold, and says so', async (t) => {
  const controller = new Gs232Controller(new Mechanics({ az: 180, el: 45 }, 5), 'B')
  const pty = await openPty(t, (bytes) => controller.receive(bytes))
  if (pty === null) return
  const { core, log } = await startBench(t, {
    driver: { kind: 'serial', protocol: 'gs232b', path: pty.path },
    mount: { ...SERIAL_MOUNT, azRate: 5, elRate: 5, parkAz: 90 },
  })
  await core.ack(await core.command({ op: 'park', args: {} }), 'accepted')
  await core.until((h) => h.topic.endsWith('/telemetry/rot') && h.body['state'] === 'slewing')
  await pty.unplug()
  const held = await core.until((h) => h.topic.endsWith('/state') && h.body['state'] === 'safe_hold')
  t.equal(held.body['code'], 'driver_failed')
  t.ok(log.count(/the position cannot be read: .*tty/) >= 1)
  pty.taken()
  const since = core.heard.length
  await pty.replug()
  await core.until((h) => h.topic.endsWith('/telemetry/rot') && h.body['az'] !== null, since)
  let said = ''
  while (!said.includes('S\r')) {
    await new Promise(setImmediate)
    said += pty.taken()
  }
  t.pass('the stop that nobody had taken is said')
})

test('an agent without a serial rotator never loads the module for serial lines', async (t) => {
  const script = `
    const { createRequire } = await import('node:module')
    await import('${new URL('../../agent/agent.js', import.meta.url)}')
    const loaded = Object.keys(createRequire(import.meta.url).cache).filter((f) => f.includes('serialport'))
    console.log(loaded.length)`
  const args = ['--input-type=module', '-e', script]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  t.equal(stdout.trim(), '0')
})
