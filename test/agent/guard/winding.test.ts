import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { decide } from '../../../agent/guard/guard.js'
import { GuardMemory } from '../../../agent/guard/memory.js'
import { clearance } from '../../../agent/guard/rules.js'
import { type Decision, type GuardEvent, type GuardState, initialState } from '../../../agent/guard/state.js'
import { Winding } from '../../../agent/guard/winding.js'
import { type AzEl, wrap360 } from '../../../shared/angles.js'
import { advance } from '../../../shared/mount/slew.js'
import { KeptLog, tempDir } from '../../support/agent-bench.js'
import { MOUNT } from '../../support/mounts.js'

t.setTimeout(120_000)

const mount = { ...MOUNT, azMin: -180, azMax: 540, parkAz: 0, parkEl: 0 }
const STEP_S = 0.5
const log = new KeptLog()

async function start(dir: string, isCounted = true): Promise<Winding> {
  const winding = new Winding({ memory: new GuardMemory(dir, log), isCounted, travel: mount })
  await winding.load()
  return winding
}

const stated = async (t: Test, az: number) => {
  const dir = await tempDir(t)
  const winding = await start(dir)
  winding.read(wrap360(az))
  t.equal(winding.state(az), null)
  await winding.keep(null, 'now')
  return { dir, winding }
}

/** The guard, the disk and a mount whose controller forgets turns; it can be killed at any step. */
class World {
  state: GuardState
  truth: AzEl
  target: AzEl
  now = 1000
  sent = 0

  constructor(
    readonly dir: string,
    readonly winding: Winding,
    az: number,
  ) {
    this.state = initialState(mount, null, winding.longestAz)
    this.truth = { az, el: 20 }
    this.target = this.truth
  }

  async happen(
    event: Omit<Extract<GuardEvent, { kind: 'order' }>, 'at'> | { kind: 'stop'; by: 'person' },
  ): Promise<void> {
    await this.#obey(decide(this.state, { ...event, at: this.now }))
  }

  /** Half a second: the mount moves, is read, and is sent on. */
  async step(): Promise<void> {
    this.now += STEP_S * 1000
    this.truth = advance(mount, this.truth, this.target, STEP_S)
    const az = this.winding.read(wrap360(this.truth.az)) ?? Number.NaN
    const position = { az, el: this.truth.el }
    await this.#obey(decide(this.state, { kind: 'measured', at: this.now, position }))
    if (this.state.position?.at === this.now) this.winding.believe(az)
    void this.winding.keep(null)
    // What the controller did not take is offered again.
    const { motion } = this.state
    if (motion?.hasArrived === false && !motion.isSent) await this.#go()
  }

  async #obey({ state, act }: Decision): Promise<void> {
    this.state = state
    if (act === 'stop') {
      this.target = this.truth
      this.winding.taken(null)
    }
    if (act === 'go') await this.#go()
  }

  async #go(): Promise<void> {
    const setpoint = clearance(this.state, this.now)
    if (setpoint === null) return
    if (!this.winding.isReady(setpoint.az) && !(await this.winding.prepare(setpoint.az, null))) return
    this.winding.tell(setpoint.az)
    this.sent += 1
    // Now and then nothing comes of it, or the answer is lost.
    if (this.sent % 5 === 0) return
    this.target = setpoint
    if (this.sent % 7 === 0) return
    this.winding.taken(setpoint.az)
    this.state = decide(this.state, { kind: 'sent', at: this.now, target: setpoint }).state
  }
}

t.test('killed at any moment of a slew over two turns, it is found with the turns that it has', async (t) => {
  const { dir, winding } = await stated(t, -170)
  const world = new World(dir, winding, -170)
  const killed = await tempDir(t)
  const disk = join(dir, 'guard.json')
  let kills = 0
  let farthest = 0
  const wrong: string[] = []
  const kill = async (text: string) => {
    const { truth, target } = world
    // It drives on to the last target by itself, and is looked at on the way or there.
    for (const seen of [
      truth.az,
      (truth.az + target.az) / 2,
      target.az,
      target.az + Math.sign(target.az - truth.az) * 20,
    ]) {
      await writeFile(join(killed, 'guard.json'), text)
      const found = (await start(killed)).read(wrap360(seen))
      kills += 1
      if (found === null || Math.abs(found - seen) > 1e-6)
        wrong.push(`at ${truth.az.toFixed(1)}, going to ${target.az}: ${seen.toFixed(1)} taken for ${found}`)
    }
  }
  let id = 0
  await world.step()
  for (const goal of [530, -170, 300, 100, 520, -100, 20, 400, -60]) {
    id += 1
    await world.happen({
      kind: 'order',
      order: { id: `order-${id}`, source: 'park', goal: { az: goal, el: 30 }, lifetimeMs: null },
    })
    // Every other is on its way when the next one comes; every third is stopped before.
    const steps = id % 2 === 0 ? 60 : 260
    for (let n = 0; n < steps; n += 1) {
      await world.step()
      // With the last write under way, and done.
      const before = readFileSync(disk, 'utf8')
      if (n % 7 === 0) await kill(before)
      await winding.keep(null)
      if (n % 7 === 0) await kill(readFileSync(disk, 'utf8'))
      farthest = Math.max(farthest, Math.abs(world.target.az - world.truth.az))
    }
    if (id % 2 === 1) t.ok(Math.abs(world.truth.az - goal) < 1.5, `it came to ${goal}`)
    if (id % 3 === 0) await world.happen({ kind: 'stop', by: 'person' })
  }
  t.same(wrong.slice(0, 5), [])
  t.ok(kills > 1500 && farthest <= 120.01, `${kills} kills; no target farther than ${farthest}`)
})

t.test(
  'a mount that was turned while nobody looked has no known turn, unless its travel leaves one',
  async (t) => {
    const { dir } = await stated(t, 370)
    t.equal((await start(dir)).read(10), 370)
    t.equal((await start(dir)).read(50), 410, 'a little is a hand on the mount')
    t.equal((await start(dir)).read(100), null, '100 or 460: somebody must look')
    const narrow = new Winding({
      memory: new GuardMemory(dir, log),
      isCounted: true,
      travel: { azMin: 0, azMax: 450 },
    })
    await narrow.load()
    t.equal(narrow.read(100), 100, 'only one place of the travel shows that')
    t.same((await start(dir)).choices, null, 'before it is read there is no choice')
  },
)

t.test('a controller that forgets where it is has lost the count too', async (t) => {
  const { winding } = await stated(t, 200)
  winding.believe(200)
  t.equal(winding.read(0), null)
  t.same(winding.choices, { shown: 0, could: [0, 360] })
})

t.test('at the first start of all the travel tells, or a person does', async (t) => {
  t.equal((await start(await tempDir(t))).read(10), null)
  const wide = new Winding({
    memory: new GuardMemory(await tempDir(t), log),
    isCounted: true,
    travel: { azMin: 0, azMax: 359 },
  })
  await wide.load()
  t.equal(wide.read(10), 10)
  t.equal(wide.read(359.5), null, 'what lies outside could be either')
})

t.test('a person says where the mount is, within what the controller shows', async (t) => {
  const winding = await start(await tempDir(t))
  t.match(winding.state(370), { code: 'driver_failed' })
  winding.read(10)
  t.match(winding.state(200), { code: 'invalid_request', detail: /shows 10/ })
  t.match(winding.state(730), { code: 'out_of_limits' })
  t.match(winding.state(Number.NaN), { code: 'invalid_request' })
  t.equal(winding.state(372), null)
  t.equal(winding.az, 370, 'to the degree it is the controller that knows')
  t.match((await start(await tempDir(t), false)).state(1), { code: 'invalid_request' })
})

t.test('nothing leaves that a kill would make doubtful, before the disk has what is true', async (t) => {
  const { winding } = await stated(t, 0)
  t.notOk(winding.isReady(120), 'a long way waits for the disk')
  t.ok(winding.mayTell(120), 'but would not do without it')
  t.ok(await winding.prepare(120, null))
  t.ok(winding.isReady(120))
  winding.taken(120)
  winding.taken(null)
  winding.believe(240)
  t.notOk(winding.mayTell(360), 'the disk still says 0')
  t.ok(await winding.keep(null, 'now'))
  t.ok(winding.mayTell(360))
  const fresh = await start(await tempDir(t))
  fresh.read(10)
  fresh.state(10)
  t.notOk(fresh.mayTell(11), 'nor before the disk knows anything')
})

t.test('a target whose answer was lost counts until another is taken, or a stop', async (t) => {
  const { dir, winding } = await stated(t, 0)
  const onDisk = async (shown: number) => (await start(dir)).read(shown)
  for (const az of [100, -90]) {
    t.ok(await winding.prepare(az, null))
    winding.tell(az)
  }
  t.same([await onDisk(100), await onDisk(270)], [100, -90], 'the mount may be on its way to either')
  winding.taken(-90)
  await winding.keep(null, 'now')
  t.same([await onDisk(100), await onDisk(270)], [null, -90])
  winding.taken(null)
  await winding.keep(null, 'now')
  t.same([await onDisk(270), await onDisk(5)], [null, 5])
})

t.test('where the controller tells its turns, nothing waits and nothing is counted', async (t) => {
  const winding = await start(await tempDir(t), false)
  t.equal(winding.read(400), 400)
  t.equal(winding.choices, null)
  t.ok(winding.mayTell(-180))
  t.equal(winding.longestAz, Number.POSITIVE_INFINITY)
})
