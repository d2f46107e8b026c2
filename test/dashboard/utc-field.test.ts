import t from 'tap'
import { fieldMs, utcField } from '../../core/dashboard/logic/utc-field.js'
import { NOON } from './samples.js'

t.test('a moment in a field is UTC, and comes back as it was', async (t) => {
  t.equal(utcField(NOON), '2026-11-22 12:00')
  for (const text of ['2026-11-22 12:00', '2026-11-22T12:00', ' 2026-11-22T12:00:00Z '])
    t.equal(fieldMs(text), NOON, text)
  t.equal(fieldMs('2026-11-22T12:00:05'), NOON + 5000)
  for (const wrong of ['', '2026-11-22', '2026-13-22T12:00', '2026-11-22 12', 'soon'])
    t.equal(fieldMs(wrong), null, wrong)
})
