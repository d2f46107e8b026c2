/** The rotator's end of the socket lies, stammers and falls silent; the agent stays whole and holds the metal still. */
import fc from 'fast-check'
import t from 'tap'
import { startBench } from '../../support/agent-bench.js'
import { fakeRotctld, honest, type Reply } from '../../support/rotctld.js'

const MOUNT = {
  azMin: 0,
  azMax: 360,
  elMin: 0,
  elMax: 90,
  azRate: 6,
  elRate: 6,
  beamwidth: 20,
  parkAz: 10,
  parkEl: 20,
  keepOut: [],
}
const ALLOWED = /^\+\\(?:get_pos|stop|dump_state|get_info|set_pos -?\d{1,4}\.\d{2} -?\d{1,4}\.\d{2})$/

const position = (az: string, el: string) => `get_pos:\nAzimuth: ${az}\nElevation: ${el}\nRPRT 0\n`

t.test(
  'a daemon that answers anything at all never makes the agent fall or send a word of its own',
  async (t) => {
    const text = fc.string({ unit: 'binary', maxLength: 60 })
    const strange = fc.oneof(
      text,
      text.map((s) => `get_pos:\n${s}\nRPRT 0\n`),
      fc.array(text, { maxLength: 5 }).map((parts) => [...parts, '\n']),
      fc.constantFrom<Reply>(
        'end',
        position('nan', 'nan'),
        position('inf', '-inf'),
        position('1e9', '0'),
        position('99999.00', '0.00'),
        'RPRT 0\n',
        'RPRT 0\nRPRT 0\nRPRT 0\n',
        'get_pos:\nRPRT -5\n',
        '\u0000'.repeat(100),
        'A'.repeat(100_000),
      ),
    )
    const answers = fc.sample(strange, { numRuns: 400, seed: 11 })
    let n = 0
    let isHostile = false
    const daemon = await fakeRotctld(t, (line) => {
      if (!isHostile || n % 3 === 2) {
        n += 1
        return honest(line)
      }
      return answers[n++ % answers.length] ?? null
    })
    const bench = await startBench(t, { driver: { kind: 'rotctld', port: daemon.port }, mount: MOUNT })
    isHostile = true
    for (let i = 0; i < 40; i++) {
      const args = { az: i * 5, el: 20 }
      await bench.core.ack(await bench.core.command({ op: 'move', args }))
    }
    await bench.core.until((h) => h.topic.endsWith('/rot') && h.body['rprt'] !== 0)
    isHostile = false
    await bench.core.command({ op: 'release', args: {} })
    const since = bench.core.heard.length
    await bench.core.until((h) => h.topic.endsWith('/rot') && h.body['az'] === 10, since)
    t.same(
      daemon.lines.filter((line) => !ALLOWED.test(line)),
      [],
    )
  },
)

t.test('an encoder that lies about where the antenna is ends in a stop and a safe hold', async (t) => {
  let az = 10
  const daemon = await fakeRotctld(t, (line) =>
    line === '+\\get_pos' ? position(az.toFixed(2), '20.00') : honest(line),
  )
  const bench = await startBench(t, { driver: { kind: 'rotctld', port: daemon.port }, mount: MOUNT })
  await bench.core.ack(await bench.core.command({ op: 'move', args: { az: 40, el: 20 } }), 'accepted')
  az = 300
  const flip = setInterval(() => {
    az = az === 300 ? 100 : 300
  }, 100)
  t.teardown(() => clearInterval(flip))
  const held = await bench.core.until((h) => h.topic.endsWith('/state') && h.body['state'] === 'safe_hold')
  t.equal(held.body['code'], 'driver_failed')
  t.ok(daemon.lines.lastIndexOf('+\\stop') > daemon.lines.findLastIndex((line) => line.includes('set_pos')))
  const move = await bench.core.ack(await bench.core.command({ op: 'move', args: { az: 40, el: 20 } }))
  t.equal(move.code, 'safe_hold')
})

t.test('an antenna that runs away past its limits is stopped and held', async (t) => {
  let el = 20
  const daemon = await fakeRotctld(t, (line) => {
    if (line !== '+\\get_pos') return honest(line)
    el -= 2
    return position('10.00', Math.max(el, -60).toFixed(2))
  })
  const bench = await startBench(t, { driver: { kind: 'rotctld', port: daemon.port }, mount: MOUNT })
  const held = await bench.core.until((h) => h.topic.endsWith('/state') && h.body['state'] === 'safe_hold')
  t.equal(held.body['code'], 'out_of_limits')
  t.ok(daemon.lines.includes('+\\stop'))
})

t.test('a jammed antenna is not pushed for longer than a few seconds', async (t) => {
  const daemon = await fakeRotctld(t, honest)
  const bench = await startBench(t, {
    driver: { kind: 'rotctld', port: daemon.port },
    mount: { ...MOUNT, parkAz: 90 },
  })
  await bench.core.ack(await bench.core.command({ op: 'park', args: {} }), 'accepted')
  const held = await bench.core.until((h) => h.topic.endsWith('/state') && h.body['state'] === 'safe_hold')
  t.equal(held.body['code'], 'driver_failed')
  // The target is offered again every two seconds, in case that it was lost.
  const pushes = daemon.lines.filter((line) => line.includes('set_pos')).length
  t.ok(pushes >= 1 && pushes <= 4, `${pushes} pushes`)
  t.ok(daemon.lines.lastIndexOf('+\\stop') > daemon.lines.findLastIndex((line) => line.includes('set_pos')))
})
