/**
 * `npm run bench -- agent-idle [--minutes N]`: the agent as stations get it, from its tarball, with a rotctld and a whole
 * core: how soon it is online, what it holds and takes at rest and while it follows a pass four times a second.
 * @module
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { connectionUrl } from '../../core/db/embedded.js'
import { MINUTE, SECOND } from '../../shared/time.js'
import { Conductor } from '../support/chaos/conductor.js'
import { CoreProgram } from '../support/chaos/core-program.js'
import { HamlibRotator } from '../support/chaos/rotator.js'
import { longPass, type Sat, satellitesOf } from '../support/chaos/sky.js'
import { Station } from '../support/chaos/station.js'
import { startTestServer } from '../support/server.js'
import type { Outcome, Say } from './harness/outcome.js'
import { cpuMs, rssKib } from './harness/processes.js'
import { median, rounded, spread } from './harness/statistics.js'

const TARBALL = fileURLToPath(new URL('../../dist/talos-agent.tgz', import.meta.url))
const TLE = new URL('../../../../shared/data/active-20260507.tle', import.meta.url)
const STARTS = 7
const ONLINE_PATIENCE_MS = 30 * SECOND
const LOOK_MS = 5
/** Code is compiled and caches are filled. */
const WARM_MS = 20 * SECOND
const REST_MS = 30 * SECOND
const SAMPLE_MS = 2 * SECOND
/** The pass that is followed begins after all starts, and lasts so long above 10 degrees. */
const PASS_IN_MS = [10 * SECOND, 50 * SECOND] as const
const PASS_S = 330

const MOUNT = {
  ...{ azMin: -180, azMax: 450, elMin: 0, elMax: 90, azRate: 20, elRate: 20 },
  ...{ beamwidth: 10, parkAz: 0, parkEl: 0, keepOut: [] },
}

/** As the command that the installer writes starts it. */
function nodeFlags(): string[] {
  const installer = readFileSync(fileURLToPath(new URL('../../dist/install.sh', import.meta.url)), 'utf8')
  return (/^NODE_FLAGS='(.*)'$/m.exec(installer)?.[1] ?? '').split(' ').filter(Boolean)
}

interface Slice {
  readonly cpuPct: number
  /** MiB, one value every two seconds. */
  readonly rss: readonly number[]
}

async function watch(pid: number, ms: number): Promise<Slice> {
  const [cpu, begin] = [cpuMs(pid), performance.now()]
  const rss: number[] = []
  while (performance.now() - begin < ms) {
    await pause(SAMPLE_MS)
    rss.push(rssKib(pid) / 1024)
  }
  return { cpuPct: (100 * (cpuMs(pid) - cpu)) / (performance.now() - begin), rss }
}

/** Ms from the start of the process until core knows it online. */
async function online(station: Station, conductor: Conductor): Promise<number> {
  const begin = performance.now()
  station.start()
  while (!conductor.isOnline(station)) {
    if (performance.now() - begin > ONLINE_PATIENCE_MS) throw new Error('the agent does not come online')
    await pause(LOOK_MS)
  }
  return performance.now() - begin
}

async function measure(
  station: Station,
  conductor: Conductor,
  sats: readonly Sat[],
  minutes: number,
  say: Say,
) {
  const starts: number[] = []
  const startCpu: number[] = []
  for (let i = 0; i < STARTS; i++) {
    if (i > 0) await station.end('SIGTERM')
    while (conductor.isOnline(station)) await pause(LOOK_MS)
    starts.push(await online(station, conductor))
    startCpu.push(cpuMs(station.pid))
  }
  say(`online after ${spread(starts, (ms) => ms.toFixed(0))} ms`)
  await pause(WARM_MS)
  const rest = await watch(station.pid, REST_MS)
  say(`at rest: ${rest.cpuPct.toFixed(2)} % of a core, ${rest.rss.at(-1)?.toFixed(1)} MiB`)
  const slices: Slice[] = []
  for (let left = minutes * MINUTE; left > 0; ) {
    const slot = longPass(sats, station.post.site, PASS_IN_MS, PASS_S)
    await conductor.book([{ station, slots: [slot] }])
    await pause(Math.max(0, slot.aosMs + 2 * SECOND - Date.now()))
    const slice = await watch(station.pid, Math.min(left, slot.losMs - Date.now() - 2 * SECOND))
    say(`tracking: ${slice.cpuPct.toFixed(2)} % of a core, ${slice.rss.at(-1)?.toFixed(1)} MiB`)
    slices.push(slice)
    left -= slice.rss.length * SAMPLE_MS
  }
  return { starts, startCpu, rest, slices }
}

/** Mean of the last third less that of the third before, MiB. */
function growth(rss: readonly number[]): number {
  const third = Math.floor(rss.length / 3)
  const mean = (part: readonly number[]) => part.reduce((a, b) => a + b, 0) / Math.max(1, part.length)
  return mean(rss.slice(-third)) - mean(rss.slice(-2 * third, -third))
}

export async function bench(say: Say, flags: { readonly minutes?: string }): Promise<Outcome> {
  const minutes = Number(flags.minutes ?? 2)
  const folder = mkdtempSync(path.join(tmpdir(), 'talos-idle-'))
  // So that a PostgreSQL which a root started finds its data in there.
  chmodSync(folder, 0o711)
  const ends: (() => Promise<void>)[] = []
  try {
    const server = await startTestServer(path.join(folder, 'database'))
    ends.push(() => server.stop())
    const { host, port, user, template: database } = server.info
    const databaseUrl = connectionUrl({ host, port, user, database })
    const core = new CoreProgram(path.join(folder, 'core'), databaseUrl)
    ends.push(() => core.stop())
    await core.start()
    const conductor = new Conductor(core, databaseUrl)
    ends.push(() => conductor.stop())
    mkdirSync(path.join(folder, 'package'))
    execFileSync('tar', ['-xzf', TARBALL, '-C', path.join(folder, 'package')])
    const bin = pathToFileURL(path.join(folder, 'package/talos-agent/bin/talos.mjs'))
    const sats = satellitesOf(readFileSync(TLE, 'utf8'))
    const post = {
      ...{ name: 'idle', mount: MOUNT, site: { lat: 48, lon: 11, altM: 500 } },
      rotator: new HamlibRotator(MOUNT),
      program: (file: string) => ({
        module: bin,
        args: ['agent', 'run', '--config', file],
        flags: nodeFlags(),
      }),
    }
    const station = new Station(post, folder, core.ports)
    const { enrollUrl } = await core.ask('POST', '/orgs/main/enrollment-tokens', { name: 'idle' })
    await station.join(enrollUrl)
    ends.push(() => station.close())
    conductor.start()
    return outcomeOf(await measure(station, conductor, sats, minutes, say))
  } finally {
    for (const end of ends.reverse()) await end()
    rmSync(folder, { recursive: true, force: true })
  }
}

function outcomeOf({ starts, startCpu, rest, slices }: Awaited<ReturnType<typeof measure>>): Outcome {
  const rss = slices.flatMap((slice) => slice.rss)
  const cpuPct = Math.max(...slices.map((slice) => slice.cpuPct))
  const most = Math.max(...rest.rss, ...rss)
  return {
    figures: {
      startToOnlineMs: rounded(median(starts), 0),
      startToOnlineMsMax: rounded(Math.max(...starts), 0),
      startCpuMs: rounded(median(startCpu), 0),
      rssMiB: rounded(most, 1),
      rssGrowthMiB: rounded(growth(rss), 2),
      cpuPct: rounded(cpuPct, 2),
      cpuPctResting: rounded(rest.cpuPct, 2),
      minutes: rounded((rss.length * SAMPLE_MS) / MINUTE, 1),
    },
    tables: [
      {
        title: 'The agent from its tarball, rotctld of Hamlib, a whole core',
        head: ['', 'at rest, 2 Hz', 'following a pass, 4 Hz'],
        rows: [
          ['% of a core', rest.cpuPct.toFixed(2), cpuPct.toFixed(2)],
          ['RSS at most, MiB', Math.max(...rest.rss).toFixed(1), Math.max(...rss).toFixed(1)],
        ],
      },
    ],
    notes: [
      `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}; load of the machine ${loadavg()[0]?.toFixed(1)}`,
      `From the start of the process until core knows it online: ${spread(starts, (ms) => ms.toFixed(0))} ms, of which ${median(startCpu).toFixed(0)} on a processor.`,
    ],
  }
}
