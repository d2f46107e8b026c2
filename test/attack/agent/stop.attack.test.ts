/** Stop always wins: over motion that waits for its turn, over a full disk. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { topics } from '../../../shared/topics.js'
import { makePlan, ORG, STATION, startBench } from '../../support/agent-bench.js'
import { fakeRotctld, honest } from '../../support/rotctld.js'

t.test('motion that came before a stop and still waits for its turn does not begin after it', async (t) => {
  const daemon = await fakeRotctld(t, honest)
  const bench = await startBench(t, { driver: { kind: 'rotctld', port: daemon.port } })
  const { core } = bench
  const moves = []
  for (let i = 0; i < 12; i++) moves.push(await core.signed({ op: 'move', args: { az: 180 + i, el: 45 } }))
  // A core that has just started does not know the last number: its stop may carry any.
  const stop = await core.signed({ op: 'stop', args: {} }, { seq: 0 })
  const sent = moves.map(({ jws }) => core.publish(topics.command(ORG, STATION, 'rot'), jws))
  await Promise.all([...sent, core.publish(topics.command(ORG, STATION, 'stop'), stop.jws)])
  await core.ack(stop.jti, 'done')
  const answers = await Promise.all(moves.map(({ jti }) => core.ack(jti)))
  t.ok(
    answers.some(({ code }) => code === 'stopped_by_person'),
    'the stop overtook some of them',
  )
  await core.until((h) => h.topic.endsWith('/telemetry/rot'), core.heard.length)
  const lastStop = daemon.lines.lastIndexOf('+\\stop')
  t.same(
    daemon.lines.slice(lastStop).filter((line) => line.includes('set_pos')),
    [],
  )
  const later = await core.command({ op: 'move', args: { az: 185, el: 45 } }, { seq: 100 })
  t.equal((await core.ack(later)).result, 'accepted', 'a move that comes after it is obeyed')
})

t.test('a pass that is called off ends although the disk takes no note of it', async (t) => {
  const bench = await startBench(t)
  const { core, config } = bench
  const plan = makePlan({ inS: 0.2, lengthS: 60, az: () => 180, el: () => 45 })
  await core.ack((await core.plan(plan)).jti)
  await core.until((h) => h.topic.endsWith('/state') && JSON.stringify(h.body['plans']).includes('tracking'))
  // Nothing can be renamed onto a folder.
  const note = join(config.dataDir, 'withdrawn.json')
  await rm(note, { force: true })
  await mkdir(note)
  const since = core.heard.length
  const jti = await core.withdraw(plan.contactId, 2)
  t.match(await core.ack(jti), { result: 'rejected', code: 'internal' }, 'and core hears of it')
  const state = await core.until((h) => h.topic.endsWith('/state'), since)
  t.same(state.body['plans'], [])
  t.not(bench.agent.state, 'on_target')
})
