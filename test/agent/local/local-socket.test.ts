import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { z } from 'zod'
import { askAgent } from '../../../agent/local/ask.js'
import { LocalSocket } from '../../../agent/local/local-socket.js'
import { socketFile } from '../../../agent/local/socket-place.js'
import type { LocalRequest } from '../../../agent/local/words.js'
import { TalosError } from '../../../shared/errors.js'
import { KeptLog, tempDir } from '../../support/agent-bench.js'

const echo = (request: LocalRequest): Promise<unknown> => Promise.resolve({ heard: request.op })

async function open(t: Test, dataDir: string, handle = echo) {
  const log = new KeptLog()
  const socket = new LocalSocket(dataDir, handle, log)
  await socket.start()
  t.teardown(() => socket.stop())
  return { socket, log }
}

const ask = (dataDir: string) => askAgent(dataDir, { op: 'status' }, z.unknown())
const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve))

t.test('it answers its own user and nobody else; when the agent ends it is gone', async (t) => {
  const dataDir = await tempDir(t)
  const { socket } = await open(t, dataDir)
  t.equal(statSync(socketFile(dataDir)).mode & 0o777, 0o600)
  t.same(await ask(dataDir), { heard: 'status' })
  await socket.stop()
  t.notOk(existsSync(socketFile(dataDir)))
  await t.rejects(ask(dataDir), { code: 'unavailable', detail: /No agent runs/ })
})

t.test('unix(7): a data directory whose path is longer than 107 bytes has a socket, too', async (t) => {
  const dataDir = join(await tempDir(t), 'x'.repeat(90), 'y'.repeat(90))
  await mkdir(dataDir, { recursive: true })
  const { socket } = await open(t, dataDir)
  t.ok(existsSync(socketFile(dataDir)))
  t.same(await ask(dataDir), { heard: 'status' })
  await socket.stop()
  t.notOk(existsSync(socketFile(dataDir)))
})

t.test('what a kill has left is replaced', async (t) => {
  const dataDir = await tempDir(t)
  const path = socketFile(dataDir)
  const code = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`
  const killed = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(killed.stdout, 'data')
  killed.kill('SIGKILL')
  await once(killed, 'close')
  t.ok(existsSync(path), 'left behind')
  await open(t, dataDir)
  t.same(await ask(dataDir), { heard: 'status' })
})

t.test('a refusal comes as it was meant; a fault of ours is one', async (t) => {
  const dataDir = await tempDir(t)
  const { log } = await open(t, dataDir, (request) =>
    Promise.reject(request.op === 'status' ? new TalosError('busy', 'A plan has it.') : new Error('broken')),
  )
  await t.rejects(ask(dataDir), { code: 'busy', detail: 'A plan has it.' })
  await t.rejects(askAgent(dataDir, { op: 'stop' }, z.unknown()), { code: 'internal' })
  t.equal(log.count(/failed: broken/), 1)
})

t.test('what is no question is answered as such, or cut', async (t) => {
  const dataDir = await tempDir(t)
  await open(t, dataDir)
  const say = async (bytes: string | Buffer, isEnd = true): Promise<string> => {
    const socket = connect(socketFile(dataDir))
    let text = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    socket.on('error', () => undefined)
    const gone = closed(socket)
    socket.write(bytes)
    if (isEnd) socket.end()
    await gone
    return text
  }
  for (const bytes of [
    'x\n',
    '{}\n',
    'null\n',
    '{"op":"explode"}\n',
    '{"op":"move","az":null,"el":1}\n',
    '{"op":"move","az":1e999,"el":1}\n',
    '{"op":"lease","forS":-1}\n',
    '{"op":"stop","more":1}\n',
    Buffer.from([0, 255, 10]),
  ])
    t.match(JSON.parse(await say(bytes)), { ok: false, code: 'invalid_request' }, String(bytes))
  t.equal(await say('{"op":"status"}'), '', 'a line without an end')
  t.equal(await say('x'.repeat(10_000), false), '')
  t.same(JSON.parse(await say('{"op":"status"}\n{"op":"stop"}\n')), { ok: true, result: { heard: 'status' } })
  t.same(await ask(dataDir), { heard: 'status' }, 'and it stands')
})

t.test('where no socket can be, that is said, and nothing is thrown', async (t) => {
  const { log } = await open(t, join(await tempDir(t), 'nowhere'))
  t.equal(log.count(/cannot be heard/), 1)
})

t.test('a crowd is bounded', async (t) => {
  const dataDir = await tempDir(t)
  const { socket } = await open(t, dataDir)
  const crowd = Array.from({ length: 30 }, () => connect(socketFile(dataDir)))
  for (const one of crowd) one.on('error', () => undefined)
  await Promise.race(crowd.map(closed))
  await socket.stop()
  await Promise.all(crowd.map((one) => (one.destroyed ? null : closed(one))))
  t.pass()
})
