import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { Antenna } from '../../../agent/antenna.js'
import type { LeasePolicy } from '../../../agent/door/desk.js'
import { SILENCE_MS } from '../../../agent/door/desk.js'
import { Door } from '../../../agent/door/door.js'
import { SimulatedDriver } from '../../../agent/drivers/simulated.js'
import { GuardMemory } from '../../../agent/guard/memory.js'
import type { Reading } from '../../../agent/sight.js'
import { KeptLog, tempDir } from '../../support/agent-bench.js'
import { TestClock } from '../../support/clock.js'
import { MOUNT } from '../../support/mounts.js'
import { rotctl } from '../../support/rotctl.js'
import { hasRotctld } from '../../support/rotctld.js'

/** Real sockets and real seconds, on a machine that may be busy. */
t.setTimeout(120_000)

const LEASE_MS = 600_000

interface World {
  readonly antenna: Antenna
  readonly door: Door
  readonly log: KeptLog
  readonly clock: TestClock
  readonly address: string
  /** The next reading that fits. */
  reading(test: (reading: Reading) => boolean): Promise<Reading>
  lease(): void
  client(): Promise<Client>
}

/** A program that speaks to the door line by line. */
class Client {
  #text = ''
  #heard: () => void = () => undefined
  isClosed = false

  constructor(readonly socket: Socket) {
    socket.setEncoding('latin1')
    socket.on('error', () => undefined)
    socket.on('data', (text: string) => {
      this.#text += text
      this.#heard()
    })
    socket.on('close', () => {
      this.isClosed = true
      this.#heard()
    })
  }

  /** So many lines of what came, once they have come. */
  async lines(count: number): Promise<string[]> {
    for (;;) {
      const lines = this.#text.split('\n')
      if (lines.length > count) {
        this.#text = lines.slice(count).join('\n')
        return lines.slice(0, count)
      }
      if (this.isClosed) throw new Error(`closed after ${JSON.stringify(this.#text)}`)
      await new Promise<void>((resolve) => {
        this.#heard = resolve
      })
    }
  }

  async ask(line: string, count = 1): Promise<string[]> {
    this.socket.write(`${line}\n`, 'latin1')
    return this.lines(count)
  }

  async closed(): Promise<void> {
    // `once` would throw at a reset, which is an end like any other.
    if (!this.isClosed) await new Promise((resolve) => this.socket.once('close', resolve))
  }
}

interface Shape {
  readonly lease?: LeasePolicy
  readonly idleMs?: number
  /** Degrees a second. */
  readonly rate?: number
}

async function openDoor(t: Test, shape: Shape = {}): Promise<World> {
  const { lease: policy = 'asked', idleMs = 600_000, rate = 40 } = shape
  const log = new KeptLog()
  const clock = new TestClock()
  const mount = { ...MOUNT, azRate: rate, elRate: rate, parkEl: 45 }
  const start = { az: 180, el: 45 }
  const antenna = new Antenna({
    mount,
    driver: new SimulatedDriver({ azRate: rate, elRate: rate, start }, clock, Math.random),
    azimuthReport: 'absolute',
    parkBy: 'position',
    memory: new GuardMemory(await tempDir(t), log),
    clock,
    log,
  })
  let waiting: { test: (reading: Reading) => boolean; resolve: (reading: Reading) => void }[] = []
  antenna.listen({
    onReading: (reading) => {
      for (const w of waiting.filter((w) => w.test(reading))) w.resolve(reading)
      waiting = waiting.filter((w) => !w.test(reading))
    },
  })
  const reading: World['reading'] = (test) => new Promise((resolve) => waiting.push({ test, resolve }))
  const door = new Door({ port: 0, lease: policy, idleMs }, antenna, clock, log)
  t.teardown(async () => {
    await door.stop()
    await antenna.stop()
  })
  const first = reading((r) => r.measured !== null)
  await antenna.start()
  await first
  await door.start()
  const port = door.port ?? 0
  const client = async () => {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    t.teardown(() => socket.destroy())
    return new Client(socket)
  }
  const lease = () => {
    t.equal(antenna.lease(clock.monotonic() + LEASE_MS), null)
  }
  return { antenna, door, log, clock, address: `127.0.0.1:${port}`, reading, lease, client }
}

t.test("Hamlib's rotctl reads without a lease and moves nothing; with one it does", async (t) => {
  if (!hasRotctld()) return t.comment('rotctl is not installed')
  const { antenna, address, lease, reading } = await openDoor(t)
  const read = await rotctl(2, address, ['get_pos', 'get_info'])
  t.equal(read.code, 0)
  t.match(read.text, /180\.00\s+45\.00[\s\S]*Talos agent/)
  const refused = await rotctl(2, address, ['set_pos 190 50'])
  t.match(refused.text, /Command rejected/)
  t.equal(antenna.guard.motion, null)
  lease()
  // It stays until the mount is there: the door stops what a program leaves behind.
  const arrived = reading((r) => r.measured?.az === 190 && r.measured.el === 50)
  const moved = rotctl(2, address, ['set_pos 190 50', 'pause 2', 'get_pos'])
  await arrived
  t.match(await moved, { code: 0, text: /190\.00\s+50\.00/ })
  const back = reading((r) => r.measured?.az === 180 && r.measured.el === 45)
  const parked = rotctl(2, address, ['park', 'pause 2', 'stop'])
  await back
  t.match(await parked, { code: 0, text: '' })
})

t.test("rotctl hears Hamlib's own numbers for what is out of limits and what is not offered", async (t) => {
  if (!hasRotctld()) return t.comment('rotctl is not installed')
  const { antenna, address, lease } = await openDoor(t)
  lease()
  // Hamlib's client reads the limits at open and refuses by itself; the door refuses, too.
  t.match((await rotctl(2, address, ['set_pos 451 45'])).text, /Invalid parameter/i)
  t.match((await rotctl(2, address, ['reset 1'])).text, /not available/i)
  t.match((await rotctl(2, address, ['move 16 50'])).text, /not available/i)
  t.equal(antenna.guard.motion, null)
})

t.test('field C4: out of limits is refused and not clamped, in the zone too', async (t) => {
  const { antenna, lease, client } = await openDoor(t)
  lease()
  const gpredict = await client()
  for (const line of ['P 451.00 45.00', 'P 180.00 -1.00', 'P nan nan', 'P 180 91'])
    t.same(await gpredict.ask(line), ['RPRT -1'], line)
  t.same(await gpredict.ask('+\\set_pos 451 45', 2), ['set_pos: 451 45', 'RPRT -1'])
  t.equal(antenna.guard.motion, null)
})

t.test('what Gpredict says: p, P, S, q; it shows what is measured', async (t) => {
  const { reading, lease, client } = await openDoor(t)
  lease()
  const gpredict = await client()
  t.same(await gpredict.ask('p', 2), ['180.00', '45.00'])
  t.same(await gpredict.ask('P  185.00  47.00'), ['RPRT 0'])
  const shown = (await gpredict.ask('p', 2)).map(Number)
  t.ok((shown[0] ?? 0) < 185, `measured, not commanded: ${shown}`)
  await reading((r) => r.measured?.az === 185 && r.measured.el === 47)
  t.same(await gpredict.ask('p', 2), ['185.00', '47.00'])
  t.same(await gpredict.ask('S'), ['RPRT 0'])
  t.same(await gpredict.ask('P 186.00 47.00'), ['RPRT 0'], 'its own stop costs it no lease')
  gpredict.socket.write('q\n')
  await gpredict.closed()
})

t.test('a mount whose program is gone stops', async (t) => {
  const { antenna, reading, lease, client } = await openDoor(t)
  lease()
  const program = await client()
  await program.ask('P 400 45')
  await reading((r) => (r.measured?.az ?? 0) > 185)
  program.socket.destroy()
  const rest = await reading((r) => r.commanded === null)
  t.ok((rest.measured?.az ?? 999) < 399)
  t.equal(antenna.guard.motion, null)
  t.not(antenna.guard.lease, null, 'the lease outlives it: the next program has it')
})

t.test('G8: a program that hangs loses the mount; one that speaks keeps it', async (t) => {
  const { antenna, clock, reading, lease, client } = await openDoor(t, { rate: 1 })
  lease()
  const program = await client()
  t.same(await program.ask('P 400 45'), ['RPRT 0'])
  const until = () => antenna.guard.motion?.until ?? 0
  const first = until()
  clock.aheadMs += SILENCE_MS / 2 + 100
  await reading((r) => r.measured !== null)
  await program.ask('p', 2)
  t.ok(until() > first)
  clock.aheadMs += SILENCE_MS
  await reading((r) => r.commanded === null)
  t.equal(antenna.guard.motion, null)
  t.ok((antenna.guard.position?.az ?? 0) < 300)
  t.same(await program.ask('P 170 45'), ['RPRT 0'], 'it may go on when it is back')
})

t.test('one program moves at a time; the other may look, and stop', async (t) => {
  const { lease, client, antenna } = await openDoor(t)
  lease()
  const [first, second] = [await client(), await client()]
  t.same(await first.ask('P 400 45'), ['RPRT 0'])
  t.same(await second.ask('P 100 45'), ['RPRT -9'])
  t.equal((await second.ask('p', 2)).length, 2)
  t.same(await second.ask('S'), ['RPRT 0'])
  t.equal(antenna.guard.motion, null)
  t.same(await second.ask('P 100 45'), ['RPRT 0'])
})

t.test('a plan that begins has the mount, and no program stops it', async (t) => {
  const { antenna, lease, client } = await openDoor(t)
  lease()
  const program = await client()
  await program.ask('P 400 45')
  t.equal(antenna.claim('contact-00000001'), null)
  t.same(await program.ask('P 190 45'), ['RPRT -9'])
  t.same(await program.ask('S'), ['RPRT -9'])
  t.equal(antenna.guard.claim, 'contact-00000001')
  antenna.unclaim('contact-00000001')
  t.same(await program.ask('P 190 45'), ['RPRT -9'], 'the lease was at an end')
})

t.test('always: whoever comes may move between plans, until a person stops it', async (t) => {
  const { antenna, client } = await openDoor(t, { lease: 'always' })
  const program = await client()
  t.same(await program.ask('P 190 45'), ['RPRT 0'])
  antenna.claim('contact-00000001')
  t.same(await program.ask('P 195 45'), ['RPRT -9'])
  antenna.unclaim('contact-00000001')
  t.same(await program.ask('P 195 45'), ['RPRT 0'], 'the plan is over')
  await antenna.halt()
  t.same(await program.ask('P 200 45'), ['RPRT -9'], 'stopped by a person')
  const next = await client()
  t.same(await next.ask('P 200 45'), ['RPRT 0'])
  program.socket.destroy()
  next.socket.destroy()
  await new Promise<void>((resolve) => antenna.listen({ onLease: (isOpen) => !isOpen && resolve() }))
  t.equal(antenna.guard.lease, null)
})

t.test('a hold shuts the door', async (t) => {
  const { antenna, client } = await openDoor(t, { lease: 'always' })
  const program = await client()
  await program.ask('P 400 45')
  antenna.hold()
  t.same(await program.ask('P 190 45'), ['RPRT -9'])
  antenna.release('station')
  t.same(await program.ask('P 190 45'), ['RPRT -9'])
})

t.test('split bytes, many lines at once, CR LF: each line is answered, in its order', async (t) => {
  const { client } = await openDoor(t)
  const program = await client()
  for (const byte of '+\\get_pos\r\n') {
    program.socket.write(byte)
    await new Promise(setImmediate)
  }
  t.same((await program.lines(4)).at(-1), 'RPRT 0')
  program.socket.write('Z\n'.repeat(500))
  t.same(new Set(await program.lines(500)), new Set(['RPRT -11']))
  program.socket.write('P 190 45\nS\nw abc\nP 1 2 S\n\n#\nR 1\n')
  t.same(await program.lines(5), ['RPRT -9', 'RPRT 0', 'RPRT -11', 'RPRT -1', 'RPRT -11'])
})

t.test('lines without an end, silence, crowds and deaf readers are cut', async (t) => {
  const { client, door } = await openDoor(t, { idleMs: 300 })
  const endless = await client()
  endless.socket.write('P'.repeat(5000))
  await endless.closed()
  const silent = await client()
  await silent.closed()
  const crowd = await Promise.all(Array.from({ length: 12 }, client))
  await Promise.race(crowd.map((one) => one.closed()))
  t.ok(door.visitors <= 8)
  await Promise.all(crowd.map((one) => one.closed()))
  const deaf = await client()
  deaf.socket.pause()
  for (let i = 0; i < 400 && !deaf.socket.destroyed; i++) {
    deaf.socket.write('+\\dump_state\n'.repeat(1000))
    await new Promise(setImmediate)
  }
  deaf.socket.resume()
  await deaf.closed()
  t.pass()
})

t.test('a port that another has is said, and the agent goes on', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const { antenna, clock, log } = await openDoor(t)
  const port = (other.address() as { port: number }).port
  const door = new Door({ port, lease: 'asked' }, antenna, clock, log)
  await door.start()
  t.match(door.fault, /EADDRINUSE/)
  t.equal(log.count(/cannot be opened/), 1)
  await door.stop()
})

const noise = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('p', 'P ', 'S', 'K', '_', 'q', '+', ';', '|', '\\dump_state', '\\set_pos '),
  },
  { weight: 2, arbitrary: fc.constantFrom('nan', 'inf', '-1', '190', '45.5', '1e5', '0x7f', '99999') },
  { weight: 2, arbitrary: fc.constantFrom(' ', '\n', '\r\n', '\0', '\t', ',') },
  { weight: 1, arbitrary: fc.string({ maxLength: 12, unit: 'binary' }) },
)

t.test('whatever bytes come, the door stands, and the guard lets nothing forbidden through', async (t) => {
  const { antenna, client, lease } = await openDoor(t)
  const { azMin, azMax, elMin, elMax } = antenna.mount
  let answered = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(noise, { maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      async (parts, cut) => {
        if (antenna.guard.lease === null) lease()
        const program = await client()
        const bytes = Buffer.from(parts.join(''), 'latin1')
        for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / cut)) {
          if (program.isClosed) break
          program.socket.write(bytes.subarray(at, at + Math.ceil(bytes.length / cut)))
          const { motion } = antenna.guard
          if (motion !== null) {
            const { az, el } = motion.setpoint
            t.ok(az >= azMin && az <= azMax && el >= elMin && el <= elMax)
          }
        }
        program.socket.end('\nq\n')
        await program.closed()
        answered += 1
      },
    ),
    { numRuns: 400 },
  )
  t.equal(answered, 400)
  const after = await client()
  t.equal((await after.ask('p', 2)).length, 2)
})

t.test('socat and shell pipes are programs, too', async (t) => {
  const { door } = await openDoor(t)
  const child = spawn('bash', [
    '-c',
    `exec 3<>/dev/tcp/127.0.0.1/${door.port}; printf '+p\\nq\\n' >&3; cat <&3`,
  ])
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  await once(child, 'close')
  t.equal(text, 'get_pos:\nAzimuth: 180.00\nElevation: 45.00\nRPRT 0\n')
})
