/** The agent ended by kill -9 at each step of joining, and started again with the same link: one station, a key that opens (E29). */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, watch, writeFileSync } from 'node:fs'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { connectAsync } from 'mqtt'
import t, { type Test } from 'tap'
import { TALOS_BIN } from '../../ops/child.js'
import { ORG, testCore } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { MOUNT } from './joined.js'

t.setTimeout(240_000)

/** At which moment of which request the agent dies. */
interface Fate {
  readonly method: 'POST' | 'GET'
  /** `asked`: core has done it, and its answer is lost. `answered`: the answer is at the agent's socket. */
  readonly when: 'before' | 'asked' | 'answered'
}

const core = await testCore(t)
const { owner } = core

/** Between one machine and core. */
interface Gate {
  readonly origin: string
  readonly kill: () => void
  /** So the next agent dies. */
  readonly set: (fate: Fate | null, child: ChildProcess) => void
}

/** Stands between agent and core, and kills the agent at the moment that `fate` says. */
async function gateBefore(t: Test, target: string): Promise<Gate> {
  let fate: Fate | null = null
  let victim: ChildProcess | null = null
  const kill = () => {
    fate = null
    victim?.kill('SIGKILL')
  }
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const now = fate !== null && fate.method === request.method ? fate.when : null
    if (now === 'before') return kill()
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method, url, headers } = request
    const onward = httpRequest(new URL(url ?? '/', target), { method, headers }).end(Buffer.concat(chunks))
    const [answer] = (await once(onward, 'response')) as [IncomingMessage]
    const body: Buffer[] = []
    for await (const chunk of answer) body.push(chunk)
    if (now === 'asked') return kill()
    // Stopped first: it has the whole answer and has done nothing with it.
    if (now === 'answered') victim?.kill('SIGSTOP')
    response.writeHead(answer.statusCode ?? 500, answer.headers).end(Buffer.concat(body), () => {
      if (now === 'answered') kill()
    })
  }
  const server = createServer(
    (request, response) => void pass(request, response).catch(() => response.destroy()),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    kill,
    set: (next: Fate | null, child: ChildProcess) => {
      fate = next
      victim = child
    },
  }
}

interface Machine {
  readonly name: string
  readonly folder: string
  readonly link: string
  readonly gate: Gate
}

let machines = 0
async function machine(t: Test, terms: object = {}): Promise<Machine> {
  machines += 1
  const name = `Mast ${100 + machines}`
  const { status, body } = await owner.api('POST', `/orgs/${ORG}/enrollment-tokens`, { name, ...terms })
  if (status !== 201) throw new Error(`the token was answered ${status}`)
  const gate = await gateBefore(t, core.localUrl)
  return { name, gate, folder: newFolder(t), link: body.enrollUrl.replace(core.url, gate.origin) }
}

function newFolder(t: Test): string {
  const folder = temporaryDirectory(t)
  const driver = { kind: 'simulated', azRate: 6, elRate: 6 }
  writeFileSync(path.join(folder, 'agent.json'), JSON.stringify({ dataDir: '.', driver, mount: MOUNT }))
  return folder
}

interface Ended {
  readonly code: number | null
  readonly said: string
}

/** `talos agent enroll`, as far as it gets. */
async function enroll(
  t: Test,
  { folder, link, gate }: Machine,
  fate: Fate | null = null,
  killAfterMs?: number,
): Promise<Ended> {
  const child = spawn(process.execPath, [TALOS_BIN, 'agent', 'enroll', '-'], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  gate.set(fate, child)
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  child.stdin.end(link)
  const closed = once(child, 'close')
  if (killAfterMs !== undefined) void pause(killAfterMs).then(() => child.kill('SIGKILL'))
  const [code] = await closed
  return { code, said }
}

const stations = async (name: string) =>
  (await owner.api('GET', `/orgs/${ORG}/stations?search=${encodeURIComponent(name)}`)).body.items.filter(
    (station: { name: string }) => station.name.startsWith(name),
  )

/** With the same link to the end: one station, and its key is let in. */
async function joins(t: Test, it: Machine): Promise<void> {
  const { code, said } = await enroll(t, it)
  t.equal(code, 0, said)
  const all = await stations(it.name)
  t.equal(all.length, 1, `${it.name} is one station`)
  const { stationId, key } = JSON.parse(readFileSync(path.join(it.folder, 'credential.json'), 'utf8'))
  t.equal(all[0]?.id, stationId)
  const bus = await connectAsync(core.mqttUrl, {
    ...{ protocolVersion: 4, clientId: stationId, username: stationId, password: key },
    ...{ reconnectPeriod: 0 },
  })
  t.ok(bus.connected, 'the key is let in')
  await bus.endAsync()
}

for (const when of ['before', 'asked', 'answered'] as const)
  t.test(`killed while it redeems: ${when}`, async (t) => {
    const it = await machine(t)
    t.equal((await enroll(t, it, { method: 'POST', when })).code, null, 'it was killed')
    t.equal((await stations(it.name)).length, when === 'before' ? 0 : 1)
    await joins(t, it)
  })

t.test('killed while it writes its credential', async (t) => {
  const it = await machine(t)
  // The first sign of it is the file beside it, which is not renamed yet.
  const watcher = watch(it.folder, (_, file) => file?.includes('credential') && it.gate.kill())
  t.teardown(() => watcher.close())
  await enroll(t, it)
  watcher.close()
  await joins(t, it)
})

t.test('killed at any other moment', async (t) => {
  const begun = performance.now()
  await joins(t, await machine(t))
  const wholeMs = performance.now() - begun
  for (let round = 0; round < 3; round++) {
    const it = await machine(t)
    for (let kill = 0; kill < 2; kill++) await enroll(t, it, null, Math.random() * wholeMs)
    await joins(t, it)
  }
})

t.test('killed while it asks whether it is approved, twice', async (t) => {
  const killed = async (when: Fate['when']) => {
    const it = await machine(t, { preApproved: false })
    t.equal((await enroll(t, it, { method: 'GET', when: 'before' })).code, null)
    const [{ id, status }] = await stations(it.name)
    t.equal(status, 'pending')
    await owner.api('POST', `/orgs/${ORG}/stations/${id}/approve`, {})
    t.equal((await enroll(t, it, { method: 'GET', when })).code, null, `its key was on the way: ${when}`)
    await joins(t, it)
  }
  await Promise.all([killed('before'), killed('asked'), killed('answered')])
})

t.test(
  'a link that was used says so: on the machine that has joined with it, on another, and another link there',
  async (t) => {
    const it = await machine(t)
    await joins(t, it)
    const again = await enroll(t, it)
    t.match(again, { code: 0, said: /has joined with this link before, and stays station/ })
    const other = await enroll(t, { ...it, folder: newFolder(t) })
    t.match(other, { code: 1, said: /unknown, used, expired or revoked/ })
    const second = await machine(t)
    const refused = await enroll(t, { ...second, folder: it.folder })
    t.match(refused, { code: 1, said: /is station .* already, and stays it\. The link was not used/ })
    await joins(t, second)
  },
)
