import t from 'tap'
import { attentionOf } from '../../core/dashboard/logic/attention.js'
import { NOTHING_LIVE } from '../../core/dashboard/logic/station-live.js'
import type { Status } from '../../core/dashboard/logic/station-status.js'
import { at, contact, NOON, onlineState } from './samples.js'

const calm: Status = { label: 'Idle', tone: 'calm', code: null }
const offline: Status = { label: 'Offline', tone: 'quiet', code: null }
const linked = { ...NOTHING_LIVE, state: { at: NOON, message: onlineState() } }

t.test('a station in trouble needs somebody', async (t) => {
  const held: Status = { label: 'Safe hold', tone: 'bad', code: 'driver_failed' }
  t.equal(attentionOf(held, linked, [], NOON), held)
})

t.test('a station without a link is left alone until a contact is near', async (t) => {
  t.equal(attentionOf(offline, NOTHING_LIVE, [], NOON), null)
  t.equal(
    attentionOf(offline, NOTHING_LIVE, [contact({ aos: at(31 * 60_000), los: at(40 * 60_000) })], NOON),
    null,
  )
  t.equal(attentionOf(offline, NOTHING_LIVE, [contact()], NOON)?.label, 'No link, contact in 10:00')
})

t.test('in a contact without a link somebody should know', async (t) => {
  const running = contact({ state: 'tracking', aos: at(-1000), los: at(60_000) })
  t.equal(attentionOf(offline, NOTHING_LIVE, [running], NOON)?.label, 'No link, in a contact')
})

t.test('a contact that is over needs nobody, nor does a linked station', async (t) => {
  t.equal(attentionOf(offline, NOTHING_LIVE, [contact({ state: 'cancelled' })], NOON), null)
  t.equal(attentionOf(calm, linked, [contact()], NOON), null)
})
