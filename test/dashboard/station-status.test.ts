import t from 'tap'
import { NOTHING_LIVE, type StationLive } from '../../core/dashboard/logic/station-live.js'
import {
  dataAge,
  isHistory,
  needsAttention,
  stationStatus,
} from '../../core/dashboard/logic/station-status.js'
import { LIVE_STATES } from '../../shared/messages.js'
import { at, NOON, OTHER_ID, onlineState, rot, station } from './samples.js'

const hearing = { since: NOON - 60_000, until: NOON }
const online = (state = onlineState(), reading = rot()): StationLive => ({
  ...NOTHING_LIVE,
  state: { at: NOON - 30_000, message: state },
  rot: { at: NOON - 100, message: reading },
})

t.test('E15: before approval and after revocation nothing else counts', async (t) => {
  const pending = station({ status: 'pending', hostname: 'pi' })
  t.equal(stationStatus(pending, online(), hearing).label, 'Waits for approval')
  t.equal(stationStatus(station({ status: 'revoked' }), online(), hearing).label, 'Revoked')
  t.equal(stationStatus(station({ status: 'rejected' }), online(), hearing).label, 'Rejected')
})

t.test('E13: one that was made beforehand waits for nobody until its machine has come', async (t) => {
  const made = station({ status: 'pending', hostname: null })
  t.same(stationStatus(made, NOTHING_LIVE, hearing), { label: 'No machine yet', tone: 'quiet', code: null })
})

t.test('a locked station is plainly locked, whatever it last said; a revoked one is revoked', async (t) => {
  const locked = { at: at(0), reason: 'painting the mast', by: { id: OTHER_ID, email: null } }
  t.match(stationStatus(station({ locked }), online(), hearing), { label: 'Locked', tone: 'warn' })
  t.equal(stationStatus(station({ locked, status: 'revoked' }), online(), hearing).label, 'Revoked')
})

t.test('a will sets the link and nothing else', async (t) => {
  const live = {
    ...online(),
    state: { at: NOON, message: { ts: at(0), bootId: OTHER_ID, link: 'offline' as const } },
  }
  t.equal(stationStatus(station(), live, hearing).label, 'Offline')
  t.ok(isHistory(live, NOON), 'and its numbers are history at once')
})

t.test('fresh telemetry tells the motion, the state message tells why', async (t) => {
  const slewing = stationStatus(station(), online(onlineState(), rot({ state: 'slewing' })), hearing)
  t.equal(slewing.label, 'Slewing')
  const held = stationStatus(
    station(),
    online(onlineState({ code: 'driver_failed' }), rot({ state: 'safe_hold' })),
    hearing,
  )
  t.same(held, { label: 'Safe hold', tone: 'bad', code: 'driver_failed' })
  const over = stationStatus(
    station(),
    online(onlineState({ code: 'driver_failed' }), rot({ state: 'idle' })),
    hearing,
  )
  t.equal(over.code, null, 'a reason outlives no hold')
})

t.test('a linked station that says nothing while we listen is silent', async (t) => {
  const live = { ...online(), rot: { at: NOON - 5001, message: rot() } }
  t.equal(stationStatus(station(), live, hearing).label, 'Silent')
})

t.test('silence proves nothing while we do not listen, nor just after we began', async (t) => {
  const live = { ...online(), rot: { at: NOON - 50_000, message: rot() } }
  t.equal(stationStatus(station(), live, { since: NOON - 51_000, until: NOON - 49_000 }).label, 'On target')
  t.equal(stationStatus(station(), live, { since: NOON - 1000, until: NOON }).label, 'On target')
})

t.test('a station that was never seen says so', async (t) => {
  t.equal(stationStatus(station({ online: false }), NOTHING_LIVE, hearing).label, 'Never seen')
})

t.test('a person is needed for warnings and worse', async (t) => {
  const wanted = LIVE_STATES.filter((state) =>
    needsAttention(stationStatus(station(), online(onlineState(), rot({ state })), hearing)),
  )
  t.same(wanted, ['safe_hold', 'degraded'])
})

t.test('numbers turn to history after five seconds, with their age', async (t) => {
  t.notOk(isHistory(online(), NOON))
  t.ok(isHistory(online(), NOON + 5000))
  t.equal(dataAge(online(), NOON), 100)
  t.equal(dataAge(NOTHING_LIVE, NOON), null)
})
