import t from 'tap'
import type { CommandRecord } from '../../shared/api/fleet.js'
import { takenStop } from '../../shared/stop-taken.js'

const stop: CommandRecord = {
  ...{ id: 'command-0001', stationId: 'station-0001', op: 'stop', args: {}, actor: 'user:person-0001' },
  ...{ issuedAt: '2026-01-01T00:00:00.000Z', result: 'accepted', code: null, ackedAt: null },
}
const other: CommandRecord = { ...stop, id: 'command-0002', result: 'done' }

/** Core, whose answers come one after the other; the last one stays. */
function world(answers: readonly CommandRecord[][]) {
  const left = [...answers]
  const slept: number[] = []
  return {
    slept,
    recent: async () => (left.length > 1 ? left.shift() : left[0]) ?? [],
    sleep: async (ms: number) => slept.push(ms),
  }
}

t.test('a stop that the rotator takes is told with its record', async (t) => {
  const done: CommandRecord = { ...stop, result: 'done' }
  const core = world([[], [other, stop], [other, done]])
  t.same(await takenStop(stop, core), done)
  t.equal(core.slept.length, 3)
})

t.test(
  'a stop that the rotator does not take is a failure after 3 s, whatever other commands did',
  async (t) => {
    const core = world([[other, stop]])
    await t.rejects(takenStop(stop, core), { code: 'driver_failed', detail: /within 3 s.*cut its power/ })
    t.equal(
      core.slept.reduce((sum, ms) => sum + ms, 0),
      3000,
    )
  },
)
