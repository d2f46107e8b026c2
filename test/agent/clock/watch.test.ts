import t, { type Test } from 'tap'
import { FlightClock } from '../../../agent/clock/flight-clock.js'
import type { NtpReading } from '../../../agent/clock/ntp.js'
import { ClockTrust } from '../../../agent/clock/trust.js'
import { ClockWatch } from '../../../agent/clock/watch.js'
import { DAY, HOUR, iso, MINUTE, SECOND } from '../../../shared/time.js'
import { KeptLog, tempDir } from '../../support/agent-bench.js'

const NOON = Date.parse('2026-11-22T12:00:00.000Z')

/** A machine, core, and the network between, whose times the test moves. */
class Bench {
  readonly log = new KeptLog()
  /** True time, by which core goes. */
  monotonicMs = 1000
  aheadMs = 0
  coreAheadMs = 0
  /** Of a request, there and back. */
  tripMs = 40
  hasCore = true
  ntp: NtpReading | null = null
  boot = 'boot-1'
  provenMs = 0
  latestMs = Number.POSITIVE_INFINITY
  asked = 0
  beam = 20

  constructor(readonly dataDir: string) {}

  static async make(t: Test): Promise<Bench> {
    return new Bench(await tempDir(t))
  }

  readonly clock = {
    now: () => NOON + this.monotonicMs + this.aheadMs,
    monotonic: () => this.monotonicMs,
  }

  watch(rtcErrorMs: number | null = null): ClockWatch {
    return new ClockWatch({
      dataDir: this.dataDir,
      machine: {
        bootId: () => Promise.resolve(this.boot),
        uptimeMs: () => this.monotonicMs,
        ntp: () => Promise.resolve(this.ntp),
      },
      clock: this.clock,
      random: () => 0.5,
      log: this.log,
      ask: () => this.#ask(),
      rtcErrorMs,
      beamwidth: () => this.beam,
      onCore: (latestMs) => {
        this.latestMs = latestMs
      },
      onChange: () => undefined,
    })
  }

  async #ask() {
    this.asked += 1
    if (!this.hasCore) throw new Error('nobody there')
    this.monotonicMs += this.tripMs / 2
    const now = iso(NOON + this.monotonicMs + this.coreAheadMs)
    this.monotonicMs += this.tripMs / 2
    return { status: 200, body: { now } }
  }

  /** Lets the time pass, and all that was asked be answered. */
  async pass(watch: ClockWatch, ms = 0): Promise<void> {
    this.monotonicMs += ms
    watch.look()
    for (let i = 0; i < 20; i++) await new Promise(setImmediate)
    watch.look()
  }

  trust(watch: ClockWatch): ClockTrust {
    const flight = new FlightClock(this.clock)
    return new ClockTrust({ flight, watch, provenMs: () => this.provenMs, beamwidth: () => this.beam })
  }
}

async function running(t: Test, bench: Bench, rtcErrorMs: number | null = null): Promise<ClockWatch> {
  const watch = bench.watch(rtcErrorMs)
  await watch.start()
  t.teardown(() => watch.stop())
  await bench.pass(watch)
  return watch
}

t.test('field C12: the offset against core is known to half of the round trip', async (t) => {
  const bench = await Bench.make(t)
  bench.aheadMs = 3000
  const watch = await running(t, bench)
  t.match(watch.told, { source: 'core', offsetMs: 3000, uncertaintyMs: 22, ntp: 'unknown' })
  t.ok(watch.isDoubtful === false, '3 s are within a quarter of a beam of 20 degrees')
  bench.beam = 10
  await bench.pass(watch)
  t.ok(watch.isDoubtful)
  await bench.log.until(/not good enough for fast satellites/)
})

t.test('a better measurement is kept, a worse one that agrees with it is not taken', async (t) => {
  const bench = await Bench.make(t)
  const watch = await running(t, bench)
  bench.tripMs = 4000
  await bench.pass(watch, 20 * MINUTE)
  t.ok((watch.told.uncertaintyMs ?? 9999) < 200, `${watch.told.uncertaintyMs} ms`)
  bench.tripMs = 40
  bench.coreAheadMs = HOUR
  await bench.pass(watch, 20 * MINUTE)
  t.equal(watch.told.offsetMs, -HOUR)
  await bench.log.until(/^core's clock was set$/)
  bench.coreAheadMs = 0
  await bench.pass(watch, 2 * MINUTE)
  t.equal(watch.told.offsetMs, 0, 'what core says in error is taken back within minutes')
})

t.test('a step of the clock is noticed, told, and measured anew; both ways, also without core', async (t) => {
  const bench = await Bench.make(t)
  const watch = await running(t, bench)
  for (const step of [10 * SECOND, -10 * SECOND, DAY, -DAY]) {
    bench.hasCore = step > 0
    const { asked } = bench
    const since = bench.log.lines.length
    bench.aheadMs += step
    await bench.pass(watch, SECOND)
    t.equal(watch.told.offsetMs, bench.aheadMs)
    const line = await bench.log.until(/^somebody has set the clock/, since)
    t.equal(line.facts['byMs'], step)
    t.ok(bench.asked > asked)
  }
  const lines = bench.log.lines.length
  bench.aheadMs += 50
  await bench.pass(watch, SECOND)
  t.equal(bench.log.lines.length, lines, 'what NTP does in slewing is no step')
})

t.test('NTP vouches for the clock without core; after a step only by two readings', async (t) => {
  const bench = await Bench.make(t)
  bench.hasCore = false
  bench.ntp = { isSynchronised: true, boundMs: 12 }
  const watch = await running(t, bench)
  t.match(watch.told, { source: 'ntp', offsetMs: 0, uncertaintyMs: 12, ntp: 'synchronised' })
  bench.aheadMs = 5000
  await bench.pass(watch, SECOND)
  t.equal(watch.told.offsetMs, 5000, 'the programs may not have noticed')
  await bench.pass(watch, 3 * MINUTE)
  t.equal(watch.told.offsetMs, 0, 'they still say so: NTP itself has set it')
  bench.ntp = { isSynchronised: false, boundMs: null }
  await bench.pass(watch, 3 * MINUTE)
  t.match(watch.told, { ntp: 'unsynchronised', source: 'ntp' })
  await bench.pass(watch, 10 * DAY)
  t.ok((watch.told.uncertaintyMs ?? 0) > 43_000, 'a crystal alone loses its worth with time')
})

t.test('a synchronised clock that gives no number counts for half a second', async (t) => {
  const bench = await Bench.make(t)
  bench.hasCore = false
  bench.ntp = { isSynchronised: true, boundMs: null }
  t.match((await running(t, bench)).told, { source: 'ntp', uncertaintyMs: 500 })
})

t.test('core and NTP that exclude each other are a conflict, and the worse one counts', async (t) => {
  const bench = await Bench.make(t)
  bench.coreAheadMs = 30 * SECOND
  bench.ntp = { isSynchronised: true, boundMs: 10 }
  const watch = await running(t, bench)
  t.equal(watch.told.source, 'conflict')
  t.ok(watch.isDoubtful)
  t.notOk(bench.trust(watch).judge(1, 0).isFine)
})

t.test('what was measured holds over a restart of the agent, not over one of the machine', async (t) => {
  const bench = await Bench.make(t)
  const first = bench.watch()
  await first.start()
  await bench.pass(first)
  await first.stop()
  bench.hasCore = false
  bench.monotonicMs += 10 * SECOND
  bench.aheadMs = 4000
  const again = await running(t, bench)
  t.equal(again.told.source, 'core')
  t.equal(again.told.offsetMs, 4000, 'a step while the agent was down shows')
  await again.stop()
  bench.boot = 'boot-2'
  bench.aheadMs = -HOUR
  const rebooted = await running(t, bench)
  t.equal(rebooted.told.source, 'none')
  t.ok(Math.abs(rebooted.floorMs - NOON) < 2 * SECOND)
  t.ok(rebooted.isDoubtful)
})

t.test(
  'a clock with a battery is heard when nobody else is, and not when it is before what is past',
  async (t) => {
    const bench = await Bench.make(t)
    bench.hasCore = false
    const watch = await running(t, bench, 2000)
    const trust = bench.trust(watch)
    t.match(trust.judge(1, 0), { isFine: true, told: { source: 'rtc', errDeg: 2, allowedDeg: 10 } })
    t.match(trust.judge(1, NOON + HOUR), { isFine: false, told: { source: 'none', errDeg: null } })
    bench.provenMs = NOON + HOUR
    t.equal(trust.judge(1, 0).isFine, false)
    bench.hasCore = true
    await bench.pass(watch, 2 * MINUTE)
    t.equal(trust.judge(1, NOON + HOUR).isFine, true, 'core knows better than a message from the future')
    t.ok(Math.abs(bench.latestMs - bench.clock.now()) < 2 * SECOND, 'and that proof is bounded')
  },
)

t.test('a file that is damaged at any byte is no knowledge, and no reason not to start', async (t) => {
  const { readFile, writeFile } = await import('node:fs/promises')
  const bench = await Bench.make(t)
  const first = bench.watch()
  await first.start()
  await bench.pass(first)
  await first.stop()
  bench.hasCore = false
  const path = `${bench.dataDir}/clock.json`
  const whole = await readFile(path)
  for (let i = 0; i < whole.length; i++) {
    const bytes = Buffer.from(whole)
    bytes[i] = (bytes[i] ?? 0) ^ 1
    await writeFile(path, bytes)
    const again = bench.watch()
    await again.start()
    const { source } = again.told
    await again.stop()
    if (source !== 'none') t.fail(`believed with byte ${i} turned`)
  }
})

t.test('the clock of a flight goes on over steps, and is that of the machine otherwise', (t) => {
  const machine = { wall: 5000, mono: 100 }
  const flight = new FlightClock({ now: () => machine.wall, monotonic: () => machine.mono })
  t.equal(flight.now(), 5000)
  flight.hold()
  machine.mono += 50
  machine.wall += 9999
  t.equal(flight.now(), 5050)
  t.equal(flight.at(120), 5020)
  flight.hold()
  t.equal(flight.now(), 5050, 'held twice is held once')
  flight.release()
  t.equal(flight.now(), machine.wall)
  t.end()
})
