import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { DAY } from '../../shared/time.js'
import { topics } from '../../shared/topics.js'
import { makeKey, ORG, STATION, startBench } from '../support/agent-bench.js'

t.test('a move is accepted, done when it is there, and seen in the telemetry', async (t) => {
  const { core } = await startBench(t)
  const jti = await core.command({ op: 'move', args: { az: 200, el: 50 } })
  t.match(await core.ack(jti, 'accepted'), { op: 'move', code: null })
  t.match(await core.ack(jti, 'done'), { op: 'move', code: null })
  await core.until((h) => h.topic.endsWith('/rot') && h.body['az'] === 200 && h.body['el'] === 50)
})

t.test('design 5: each refusal is an ack with its code', async (t) => {
  const { core } = await startBench(t)
  const move = { op: 'move', args: { az: 190, el: 45 } } as const
  const codeOf = async (jti: string) => (await core.ack(jti, 'rejected')).code

  const stranger = await makeKey()
  t.equal(await codeOf(await core.command(move, { key: stranger.signing })), 'signature_invalid')
  t.equal(await codeOf(await core.command(move, { aud: 'station-00000002' })), 'wrong_audience')
  t.equal(await codeOf(await core.command(move, { iat: Date.now() / 1000 - 60 })), 'expired')
  t.equal(
    await codeOf(await core.command(move, { iat: Date.now() / 1000 - 8, lifeS: 3600 })),
    'expired',
    'motion by hand is stale after 5 s, whatever its exp says',
  )
  t.equal(await codeOf(await core.command(move, { iat: Date.now() / 1000 + 60 })), 'not_yet_valid')
  t.equal(await codeOf(await core.command(move, { channel: 'park' })), 'malformed')

  const first = await core.signed(move, { seq: 100 })
  await core.publish(topics.command(ORG, STATION, 'rot'), first.jws)
  await core.ack(first.jti, 'accepted')
  await core.publish(topics.command(ORG, STATION, 'rot'), first.jws)
  t.equal(await codeOf(first.jti), 'replayed')
  t.equal(await codeOf(await core.command(move, { seq: 99 })), 'out_of_sequence')
  t.equal(await codeOf(await core.command(move, { seq: 100 })), 'out_of_sequence')
  t.equal(
    await codeOf(await core.command({ op: 'move', args: { az: 451, el: 45 } }, { seq: 101 })),
    'out_of_limits',
  )
  t.equal(
    await codeOf(
      await core.command({ op: 'limits', args: { azMin: 0, azMax: 451, elMin: 0, elMax: 90 } }, { seq: 102 }),
    ),
    'looser_than_local',
  )
})

t.test('replays and old numbers are refused over a restart too', async (t) => {
  const bench = await startBench(t)
  const { core } = bench
  const move = { op: 'move', args: { az: 190, el: 45 } } as const
  const sent = await core.signed(move, { seq: 50 })
  await core.publish(topics.command(ORG, STATION, 'rot'), sent.jws)
  await core.ack(sent.jti, 'accepted')
  await bench.restart()
  await core.publish(topics.command(ORG, STATION, 'rot'), sent.jws)
  t.equal((await core.ack(sent.jti, 'rejected')).code, 'replayed')
  const older = await core.command(move, { seq: 49 })
  t.equal((await core.ack(older)).code, 'out_of_sequence')
})

t.test('stop needs only a signature and an audience, and wins over what was sent before it', async (t) => {
  const { core } = await startBench(t, { driver: { kind: 'simulated', azRate: 5, elRate: 5 } })
  const jti = await core.command({ op: 'move', args: { az: 300, el: 45 } }, { seq: 10 })
  await core.ack(jti, 'accepted')
  const late = await core.signed({ op: 'move', args: { az: 10, el: 45 } }, { seq: 11 })
  const stop = await core.command({ op: 'stop', args: {} }, { seq: 12, iat: Date.now() / 1000 - 3600 })
  await core.ack(stop, 'done')
  t.match(await core.ack(jti, 'done'), { code: 'stopped_by_person' })
  await core.publish(topics.command(ORG, STATION, 'rot'), late.jws)
  t.equal((await core.ack(late.jti)).code, 'out_of_sequence')
  const foreign = await core.command({ op: 'stop', args: {} }, { aud: 'station-00000002' })
  t.equal((await core.ack(foreign)).code, 'wrong_audience')
})

t.test(
  'a stop stops whenever it was signed, however often it comes, and whatever the clock says',
  async (t) => {
    const bench = await startBench(t, { driver: { kind: 'simulated', azRate: 5, elRate: 5 } })
    const { core } = bench
    const old = await core.signed({ op: 'stop', args: {} }, { seq: 1 })
    let seq = 10
    for (const aheadMs of [0, 10 * DAY, -10 * DAY]) {
      bench.wall.aheadMs = 0
      const move = await core.command({ op: 'move', args: { az: 300, el: 45 } }, { seq: ++seq })
      await core.ack(move, 'accepted')
      bench.wall.aheadMs = aheadMs
      const since = core.heard.length
      await core.publish(topics.command(ORG, STATION, 'stop'), old.jws)
      await core.until((h) => h.body['jti'] === old.jti && h.body['result'] === 'done', since)
      t.match(await core.ack(move, 'done'), { code: 'stopped_by_person' }, `${aheadMs} ms ahead`)
    }
  },
)

t.test('G8: motion by hand stops by itself when no fresh authority comes', async (t) => {
  const { core } = await startBench(t, {
    driver: { kind: 'simulated', azRate: 5, elRate: 5 },
    manualMaxMs: 600,
  })
  const jti = await core.command({ op: 'move', args: { az: 400, el: 45 } })
  t.match(await core.ack(jti, 'done'), { code: 'expired' })
  const { body } = await core.until(
    (h) => h.topic.endsWith('/rot') && h.body['state'] === 'idle',
    core.heard.length,
  )
  t.ok((body['az'] as number) < 190, `it stands at ${body['az']}`)
})

t.test('park goes home and says so', async (t) => {
  const { core } = await startBench(t)
  const away = await core.command({ op: 'move', args: { az: 220, el: 50 } })
  await core.ack(away, 'done')
  const jti = await core.command({ op: 'park', args: {} })
  await core.ack(jti, 'done')
  await core.until((h) => h.topic.endsWith('/state') && h.body['state'] === 'parked', core.heard.length - 5)
})

t.test('G2: tightened limits hold, and info tells them', async (t) => {
  const { core } = await startBench(t)
  const limits = { azMin: 150, azMax: 250, elMin: 10, elMax: 80 }
  const jti = await core.command({ op: 'limits', args: limits })
  t.equal((await core.ack(jti)).result, 'accepted')
  const move = await core.command({ op: 'move', args: { az: 260, el: 45 } })
  t.equal((await core.ack(move)).code, 'out_of_limits')
  const info = await core.until(
    (h) => h.topic.endsWith('/info') && (h.body['mount'] as { azMax: number }).azMax === 250,
  )
  t.match(info.body, { mount: limits })
})

t.test('G5: garbage is counted and logged, and hurts nobody', async (t) => {
  const { core, log } = await startBench(t)
  const topic = topics.command(ORG, STATION, 'rot')
  for (const garbage of ['', 'x', 'a.b.c', '{"az":null}', '\u0000\u0000', 'P nan nan\n', 'e30.e30.e30'])
    await core.publish(topic, garbage)
  const jti = await core.command({ op: 'move', args: { az: 190, el: 45 } })
  await core.ack(jti, 'accepted')
  t.equal(log.count(/^a message was refused$/), 7)
})

t.test('a stop that is played back for ever stops each time, and is written down once', async (t) => {
  const { core, config } = await startBench(t)
  const { jws, jti } = await core.signed({ op: 'stop', args: {} })
  const topic = topics.command(ORG, STATION, 'stop')
  await core.publish(topic, jws)
  await core.ack(jti, 'done')
  const path = join(config.dataDir, 'commands.json')
  const { ino } = await stat(path)
  for (let n = 0; n < 300; n += 1) await core.publish(topic, jws)
  const since = core.heard.length
  await core.publish(topic, jws)
  await core.until((h) => h.body['jti'] === jti && h.body['result'] === 'done', since)
  t.equal((await stat(path)).ino, ino, 'the same file: nothing was written')
})
