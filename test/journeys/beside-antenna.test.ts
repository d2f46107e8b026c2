import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import t, { type Test } from 'tap'
import { credentialPath, saveCredential } from '../../agent/credential.js'
import { askAgent } from '../../agent/local/ask.js'
import { type LocalStatus, statusSchema } from '../../agent/local/words.js'
import { makeCredential, makeKey } from '../support/agent-bench.js'
import { temporaryDirectory } from '../support/directory.js'
import { MOUNT } from '../support/mounts.js'
import { freePort } from '../support/ports.js'
import { rotctl } from '../support/rotctl.js'
import { hasRotctld } from '../support/rotctld.js'
import { terminal } from './command-line.js'
import { runTalos } from './programs.js'

t.setTimeout(120_000)

/** A station that has joined once and has no network now, and the terminal of the person beside it. */
async function station(t: Test) {
  const folder = temporaryDirectory(t)
  const dataDir = path.join(folder, 'data')
  await mkdir(dataDir, { mode: 0o700 })
  const { pinned } = await makeKey()
  await saveCredential(credentialPath(dataDir), makeCredential({ port: 1 }, pinned))
  const port = await freePort()
  const config = path.join(folder, 'agent.json')
  const mount = { ...MOUNT, azRate: 10, elRate: 10, parkEl: 45 }
  const driver = { kind: 'simulated', azRate: 10, elRate: 10 }
  await writeFile(config, JSON.stringify({ dataDir, driver, mount, door: { port } }))
  const { talos } = terminal(folder, { TALOS_AGENT_CONFIG: config })
  const json = async (...args: string[]) => JSON.parse((await talos('--json', 'agent', ...args)).stdout)
  const status = () => askAgent(dataDir, { op: 'status' }, statusSchema)
  /** Asks until it fits; each question gives the agent its turn. */
  const until = async (fits: (now: LocalStatus) => boolean): Promise<LocalStatus> => {
    for (;;) {
      const now = await status()
      if (fits(now)) return now
    }
  }
  const run = () => runTalos(t, ['agent', 'run'], { TALOS_AGENT_CONFIG: config, TALOS_LOG_LEVEL: 'error' })
  return { port, talos, json, status, until, run }
}

t.test('the person beside the antenna, without a network', async (t) => {
  const { port, talos, json, status, until, run } = await station(t)
  const silent = await talos('agent', 'stop')
  t.equal(silent.code, 1)
  t.match(silent.stderr, /No agent runs/)
  let agent = await run()

  const said = await talos('agent', 'status')
  t.equal(said.code, 1, 'not connected')
  t.match(
    said.stdout,
    /is (not connected|connecting)[\s\S]*Antenna:\s+parked[\s\S]*Has it:\s+nobody[\s\S]*Door:/,
  )

  const moved = await talos('agent', 'move', '190', '45')
  t.match(moved, { code: 0, stdout: /There: az 1(89|90)\.\d\d, el 45\.00/ })
  t.match(await talos('agent', 'move', '500', '45'), { code: 1, stderr: /out_of_limits/ })

  t.match(await json('hold'), { op: 'hold' })
  t.match(await talos('agent', 'park'), { code: 1, stderr: /safe_hold/ })
  // A kill, as when the power goes: the hold stays, and what is left of the socket is in nobody's way.
  await agent.end('SIGKILL')
  agent = await run()
  t.match(await status(), { state: 'safe_hold', code: 'held_at_station' })
  t.match(await talos('agent', 'release'), { code: 0 })
  await until(({ measured }) => measured !== null)
  t.match(await talos('agent', 'park'), { code: 0 })
  await until(({ state }) => state === 'parked')

  await t.test('rotctl moves under a lease and not without', async (t) => {
    if (!hasRotctld()) return t.comment('Hamlib is not installed')
    const address = `127.0.0.1:${port}`
    t.match(await rotctl(2, address, ['set_pos 190 50']), { text: /Command rejected/ })
    t.match(await talos('agent', 'lease', 'forever'), { code: 2 })
    t.match(await json('lease', '2h'), { until: /Z$/ })
    const program = rotctl(2, address, ['set_pos 190 50', 'pause 3', 'get_pos'])
    await until(({ state }) => state === 'slewing')
    t.match(await status(), { holder: 'door', door: { programs: 1, isLeased: true } })
    t.match(await program, { code: 0, text: /190\.00\s+50\.00/ })
    t.match(await talos('agent', 'stop'), { code: 0 })
    t.match(await rotctl(2, address, ['set_pos 180 50']), { text: /Command rejected/ })
  })

  const { measured } = await status()
  const landmark = [((measured?.az ?? 0) - 2).toFixed(2), '40']
  t.match(await talos('agent', 'calibrate', 'north'), { code: 2 })
  t.match(await json('calibrate', ...landmark, '--apply'), { offset: { az: -2 }, next: { az: -2 } })

  const doctor = await json('doctor')
  const level = (check: string) => doctor.find((one: { check: string }) => one.check === check)?.level
  t.same(['Node.js', 'agent.json', 'Data folder', 'Agent', 'Rotator', 'Door', 'DNS'].map(level), [
    'ok',
    'ok',
    'ok',
    'ok',
    'ok',
    'ok',
    'ok',
  ])
  t.equal(level('Core'), 'critical')
  t.match(await talos('agent', 'logs', '--lines', '500'), { code: 0, stdout: /asked for beside the antenna/ })

  t.equal(await agent.end('SIGTERM'), 0)
  const alone = await talos('agent', 'doctor')
  t.equal(alone.code, 1)
  const kept = await talos('agent', 'logs', '--lines', '500')
  t.equal(kept.code, 0)
  t.match(
    kept.stdout,
    /No agent runs[\s\S]*safe hold released[\s\S]*the agent has stopped/,
    'both runs, from the disk',
  )
  t.match(alone.stdout, /No agent runs[\s\S]*Rotator\s+ok\s+simulated[\s\S]*Limits\s+ok/)
})
