import fc from 'fast-check'
import t from 'tap'
import { checkGoTo } from '../../core/dashboard/logic/go-to.js'
import { pathViolation } from '../../shared/mount/limits.js'
import { mount, rot } from './samples.js'

const fault = (az: string, el: string, over: Parameters<typeof mount>[0] = {}, at = rot()) => {
  const checked = checkGoTo(az, el, at, mount(over))
  return checked.ok ? checked.target : checked.fault
}

t.test('a direction inside the travel is one to send', async (t) => {
  t.same(fault('−10,5', '45'), { az: -10.5, el: 45 })
})

t.test('what is no number, or beyond the travel, is said of the field that is wrong', async (t) => {
  t.match(fault('north', '45'), { kind: 'az_number' })
  t.match(fault('10', ''), { kind: 'el_number' })
  t.match(fault('10', '1e1'), { kind: 'el_number' })
  t.match(fault('10', '91'), { kind: 'el_travel' })
})

t.test('an azimuth beyond the travel names the same direction inside it', async (t) => {
  t.same(fault('-190', '45'), { kind: 'az_travel', instead: 170 })
  t.same(fault('460', '45'), { kind: 'az_travel', instead: 100 })
  t.same(fault('200', '45', { azMin: 0, azMax: 100 }), { kind: 'az_travel', instead: null })
})

t.test('a keep-out is told from one that is only in the way', async (t) => {
  const keepOut = [{ azFrom: 140, azTo: 160, elBelow: 60 }]
  t.match(fault('150', '30', { keepOut }), { kind: 'keep_out' })
  t.match(fault('200', '40', { keepOut }), { kind: 'way' })
  t.same(fault('200', '70', { keepOut }, rot({ el: 65 })), { az: 200, el: 70 })
})

t.test('nobody goes anywhere blind', async (t) => {
  t.match(fault('100', '45', {}, rot({ az: null })), { kind: 'blind' })
})

t.test('whatever is typed, what is sent is what the guard would take', async (t) => {
  const keepOut = [{ azFrom: 300, azTo: 30, elBelow: 50 }]
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (az, el) => {
        const checked = checkGoTo(String(az), String(el), rot(), mount({ keepOut }))
        return (
          !checked.ok || pathViolation(mount({ keepOut }), { az: 99.9, el: 40.1 }, checked.target) === null
        )
      }),
    ),
  )
})
