import t from 'tap'
import {
  isLate,
  lastHeard,
  linkOf,
  NOTHING_LIVE,
  seedFromRecord,
} from '../../core/dashboard/logic/station-live.js'
import { at, NOON, OTHER_ID, onlineState, rot, station } from './samples.js'

t.test('a record fills what the bus has not told', async (t) => {
  const record = station({ live: onlineState(), liveAt: at(-1000) })
  t.equal(linkOf(seedFromRecord(NOTHING_LIVE, record)), 'online')
})

t.test('a record never overwrites a later word of the bus', async (t) => {
  const lost = {
    ...NOTHING_LIVE,
    state: { at: NOON, message: { ts: at(-9e6), bootId: OTHER_ID, link: 'offline' as const } },
  }
  const record = station({ live: onlineState(), liveAt: at(-1000) })
  t.equal(linkOf(seedFromRecord(lost, record)), 'offline', 'though the will carries an older time')
  t.equal(linkOf(seedFromRecord(lost, station({ live: onlineState(), liveAt: at(1) }))), 'online')
})

t.test('a record without a state tells nothing', async (t) => {
  t.equal(seedFromRecord(NOTHING_LIVE, station()), NOTHING_LIVE)
  t.equal(linkOf(NOTHING_LIVE), 'unknown')
})

t.test('G12: a reading that came late is known by its clock and its number', async (t) => {
  const shown = { at: NOON, message: rot({ seq: 10, ts: at(0) }) }
  t.ok(isLate(shown, rot({ seq: 9, ts: at(-250) })))
  t.notOk(
    isLate(shown, rot({ seq: 1, ts: at(250) })),
    'an agent that started again counts from the beginning',
  )
  t.notOk(isLate(shown, rot({ seq: 11, ts: at(-60_000) })), 'and its clock may have been set back')
  t.notOk(isLate(null, rot()))
})

t.test('the will of a lost station is no word from it', async (t) => {
  const lost = {
    ...NOTHING_LIVE,
    state: { at: NOON, message: { ts: at(-9e6), bootId: OTHER_ID, link: 'offline' as const } },
  }
  t.equal(lastHeard(lost), null)
  t.equal(lastHeard({ ...lost, rot: { at: NOON - 5, message: rot() } }), NOON - 5)
})
