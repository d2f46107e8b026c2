import t, { type Test } from 'tap'
import type { DriverError } from '../../../agent/drivers/fault.js'
import { RigctldRig } from '../../../agent/rig/rigctld.js'
import { fakeRotctld, startRigctld } from '../../support/rotctld.js'

function rigOn(t: Test, port: number): RigctldRig {
  const rig = new RigctldRig({ host: '127.0.0.1', port, allowRemote: false })
  t.teardown(() => rig.close())
  return rig
}
const faultOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (cause: DriverError) => cause.fault,
  )

t.test('the real rigctld: frequency, mode, split, satellite mode', async (t) => {
  const daemon = await startRigctld(t)
  if (daemon === null) return
  const rig = rigOn(t, daemon.port)
  t.equal(await rig.frequency(), 145_000_000)
  t.equal(rig.model, 'Nothing much (dummy)')
  await rig.setFrequency(437_800_000)
  t.equal(await rig.frequency(), 437_800_000)
  await rig.setMode('USB')
  t.equal(await rig.mode(), 'USB')
  await rig.satelliteMode()
  await rig.split('VFOB')
  await rig.setUplinkMode('USB')
  await rig.setUplink(145_900_000)
  t.equal(await rig.frequency(), 437_800_000, 'the uplink is another VFO')
})

t.test('a frequency that is none never reaches the real rigctld, which would store it', async (t) => {
  const daemon = await startRigctld(t)
  if (daemon === null) return
  const rig = rigOn(t, daemon.port)
  for (const bad of [-5, 0, Number.NaN, 437.8, 99_999_999_999_999]) {
    t.equal(await faultOf(rig.setFrequency(bad)), 'invalid_parameter')
    t.equal(await faultOf(rig.setUplink(bad)), 'invalid_parameter')
  }
  t.equal(await rig.frequency(), 145_000_000)
})

t.test('a rigctld that waits for the name of a VFO is told from one that is silent', async (t) => {
  const daemon = await startRigctld(t, '--vfo')
  if (daemon === null) return
  await t.rejects(rigOn(t, daemon.port).frequency(), { code: 'driver_failed', message: /without --vfo/ })
})

t.test('a rigctld that dies is found again when it is back', async (t) => {
  const daemon = await startRigctld(t)
  if (daemon === null) return
  const rig = rigOn(t, daemon.port)
  await rig.frequency()
  await daemon.kill()
  t.equal(await faultOf(rig.frequency()), 'disconnected')
  await daemon.revive()
  t.equal(await rig.frequency(), 145_000_000)
})

t.test('the codes of a rigctld have the names of those of a rotctld', async (t) => {
  const daemon = await fakeRotctld(t, (line) =>
    line === '+\\get_info' ? 'get_info:\nRPRT -11\n' : 'get_freq:\nRPRT -14\n',
  )
  const rig = rigOn(t, daemon.port)
  t.equal(await faultOf(rig.frequency()), 'bus_busy')
  t.equal(rig.model, null)
  await rig.close()
  t.equal(await faultOf(rig.frequency()), 'disconnected')
})
