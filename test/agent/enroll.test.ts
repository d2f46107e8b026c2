import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { credentialPath, loadCredential } from '../../agent/credential.js'
import { begin, enroll, finish, machineFingerprint, parseLink } from '../../agent/enroll.js'
import { readCsr } from '../../core/crypto/csr.js'
import { type EnrollRequest, enrollRequestSchema } from '../../shared/api/fleet.js'
import { iso, systemClock } from '../../shared/time.js'
import { KeptLog, makeConfig, makeKey, tempDir } from '../support/agent-bench.js'

const TOKEN = `gse_0123456789abcdef_${'t'.repeat(43)}`
const KEY = `gsk_0123456789abcdef_${'k'.repeat(43)}`

interface Asked {
  readonly method: string
  readonly url: string
  readonly authorization: string | undefined
  readonly body: unknown
}
type Answer = { status: number; body: unknown; retryAfterS?: number } | 'hang up'

/** A control plane that answers as the test says, over real HTTP. */
async function controlPlane(t: Test, answer: (asked: Asked, n: number) => Answer) {
  const asked: Asked[] = []
  const server = createServer(async (request: IncomingMessage, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const one: Asked = {
      method: request.method ?? '',
      url: request.url ?? '',
      authorization: request.headers.authorization,
      body: text === '' ? null : JSON.parse(text),
    }
    asked.push(one)
    const reply = answer(one, asked.length - 1)
    if (reply === 'hang up') {
      request.socket.destroy()
      return
    }
    const { retryAfterS } = reply
    response.writeHead(reply.status, {
      'content-type': 'application/json',
      ...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
    })
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => new Promise((resolve) => server.close(resolve)))
  const { port } = server.address() as { port: number }
  return { asked, link: `http://127.0.0.1:${port}/enroll#${TOKEN}` }
}

/** What core says while a person has to approve. */
const pendingFor = (seconds: number, pollSeconds = 3) => ({
  ...{ status: 'pending', enrollmentId: 'enrollment-1', stationId: 'station-00000001' },
  ...{ pollSecret: 'poll-secret', pollSeconds, expiresAt: iso(Date.now() + seconds * 1000) },
})

async function world(t: Test) {
  const { pinned } = await makeKey()
  const grant = {
    stationId: 'station-00000001',
    name: 'Roof',
    org: 'acme',
    key: KEY,
    keyIssuedAt: iso(0),
    keyRenewAt: iso(1),
    mqttUrl: 'mqtts://talos.example:8883',
    signingKeys: [pinned],
  }
  const slept: number[] = []
  let now = 0
  const log = new KeptLog()
  const config = makeConfig(await tempDir(t), { name: 'Roof', site: { lat: 52, lon: 0, altM: 20 } })
  const deps = {
    config,
    agent: { version: '0.0.0-test', hostname: 'pi', platform: 'linux' },
    clock: { now: () => systemClock.now() + now, monotonic: () => now },
    log,
    newId: randomUUID,
    // Waiting costs no time here; the clock is told that it passed.
    sleep: (ms: number) => {
      slept.push(ms)
      now += ms
      return Promise.resolve()
    },
  }
  return { grant, slept, log, config, deps }
}

t.test('E12: one link in, one credential out, 0600, with the pinned keys', async (t) => {
  const { grant, config, deps, log } = await world(t)
  const plane = await controlPlane(t, () => ({ status: 201, body: { status: 'approved', grant } }))
  const credential = await enroll(plane.link, deps)
  t.equal(credential.url, new URL(plane.link).origin)
  const body = enrollRequestSchema.parse(plane.asked[0]?.body) as EnrollRequest
  t.match(body, { token: TOKEN, name: 'Roof', mount: { azMax: 450 }, agent: { hostname: 'pi' } })
  t.equal(plane.asked[0]?.url, '/api/v1/enroll', 'E32: the token is in no address')
  const path = credentialPath(config.dataDir)
  t.equal((await stat(path)).mode & 0o777, 0o600)
  t.same(await loadCredential(path), credential)
  t.notMatch(JSON.stringify(log.lines), /kkkk|tttt/, 'G3: no secret in the log')
})

t.test(
  'E13 E17: a station that awaits approval polls with its own secret until it is approved',
  async (t) => {
    const { grant, deps, slept } = await world(t)
    const pending = pendingFor(900)
    const plane = await controlPlane(t, (_, n) => {
      if (n === 0) return { status: 201, body: pending }
      if (n === 2) return { status: 503, body: { code: 'unavailable', detail: 'later' } }
      return {
        status: 200,
        body: n < 4 ? { status: 'pending', pollSeconds: 5 } : { status: 'approved', grant },
      }
    })
    await enroll(plane.link, deps)
    t.same(slept, [3000, 5000, 2000, 5000])
    t.ok(plane.asked.slice(1).every((a) => a.url === '/api/v1/enroll/enrollment-1'))
    t.ok(plane.asked.slice(1).every((a) => a.authorization === 'Bearer poll-secret'))
  },
)

t.test('A32: rejected and expired are final, and leave no credential', async (t) => {
  for (const code of ['enrollment_denied', 'enrollment_token_invalid'] as const) {
    const { deps, config } = await world(t)
    const plane = await controlPlane(t, () => ({ status: 403, body: { code, detail: 'no' } }))
    await t.rejects(enroll(plane.link, deps), { code })
    t.equal(plane.asked.length, 1)
    await t.rejects(readFile(credentialPath(config.dataDir)))
  }
})

t.test('nobody approves: it ends, and says what to do', async (t) => {
  const { deps } = await world(t)
  const pending = pendingFor(100, 30)
  const plane = await controlPlane(t, (_, n) => {
    return n === 0
      ? { status: 201, body: pending }
      : { status: 200, body: { status: 'pending', pollSeconds: 30 } }
  })
  await t.rejects(enroll(plane.link, deps), {
    code: 'enrollment_token_invalid',
    detail: /Ask for a new link/,
  })
})

t.test('E29: a lost answer is asked for again with the same nonce, for less than a minute', async (t) => {
  const { grant, deps } = await world(t)
  const plane = await controlPlane(t, (_, n) =>
    n < 2 ? 'hang up' : { status: 201, body: { status: 'approved', grant } },
  )
  await enroll(plane.link, deps)
  const nonces = new Set(plane.asked.map((a) => (a.body as EnrollRequest).nonce))
  t.equal(plane.asked.length, 3)
  t.equal(nonces.size, 1)

  const dead = await world(t)
  const silent = await controlPlane(t, () => 'hang up')
  await t.rejects(enroll(silent.link, dead.deps), { code: 'unavailable' })
  t.ok(dead.deps.clock.monotonic() < 60_000)
})

t.test(
  'E7: where many machines join from one address it waits as long as it is told, and not for ever',
  async (t) => {
    const { grant, deps, slept } = await world(t)
    const limited = { status: 429, body: { code: 'rate_limited', detail: 'later' }, retryAfterS: 41 }
    const plane = await controlPlane(t, (_, n) =>
      n < 2 ? limited : { status: 200, body: { status: 'approved', grant } },
    )
    await enroll(plane.link, deps)
    t.same(slept, [41_000, 41_000])

    const crowded = await world(t)
    const full = await controlPlane(t, () => limited)
    await t.rejects(enroll(full.link, crowded.deps), { code: 'rate_limited' })
    t.ok(crowded.deps.clock.monotonic() < 240_000)
  },
)

t.test('answers that are none of ours are errors, not credentials', async (t) => {
  const { grant } = await world(t)
  const wrong: unknown[] = [
    '<html>',
    {},
    { status: 'approved' },
    { status: 'approved', grant: { ...grant, signingKeys: [] } },
    { status: 'approved', grant: { ...grant, key: 'gse_no' } },
    { status: 'approved', grant: { ...grant, mqttUrl: 'mqtt://talos.example:1883' } },
    { status: 'approved', grant: { ...grant, mqttUrl: 'http://127.0.0.1' } },
    { status: 'approved', grant: { ...grant, stationId: '../../etc' } },
    'x'.repeat(300_000),
  ]
  for (const body of wrong) {
    const { deps, config } = await world(t)
    const plane = await controlPlane(t, () => ({ status: 201, body }))
    await t.rejects(enroll(plane.link, deps), { code: 'unavailable' }, JSON.stringify(body).slice(0, 60))
    await t.rejects(readFile(credentialPath(config.dataDir)))
  }
})

t.test('G4: a link must be https, or http on this machine; the token must be one', (t) => {
  t.match(parseLink(`https://talos.example/enroll#${TOKEN}`), {
    origin: 'https://talos.example',
    token: TOKEN,
  })
  t.match(parseLink(` http://localhost:8080/#${TOKEN}\n`), { origin: 'http://localhost:8080' })
  for (const bad of [
    `http://talos.example/#${TOKEN}`,
    `ftp://x/#${TOKEN}`,
    `#${TOKEN}`,
    `talos.example#${TOKEN}`,
  ])
    t.throws(() => parseLink(bad), { code: 'invalid_request' })
  for (const bad of ['https://talos.example/', 'https://talos.example/#', `https://talos.example/#${KEY}`])
    t.throws(() => parseLink(bad), { code: 'enrollment_token_invalid' })
  t.end()
})

t.test('E20: a machine that has an identity keeps it, and says so', async (t) => {
  const { grant, deps } = await world(t)
  const plane = await controlPlane(t, () => ({ status: 201, body: { status: 'approved', grant } }))
  const credential = await enroll(plane.link, deps)
  t.same(await enroll(plane.link, deps), credential, 'the same link again changes nothing')
  const other = plane.link.replace('gse_0123456789abcdef', 'gse_fedcba9876543210')
  await t.rejects(enroll(other, deps), {
    code: 'conflict',
    detail: /is station station-00000001 of acme .* The link was not used/,
  })
  t.equal(plane.asked.length, 1, 'no token was redeemed in vain')
})

t.test(
  'E29: the nonce is on the disk before the first request, and the secret of the token never',
  async (t) => {
    const { grant, deps, config } = await world(t)
    const path = join(config.dataDir, 'enrollment.json')
    const seen: string[] = []
    const plane = await controlPlane(t, () => {
      seen.push(readFileSync(path, 'utf8'))
      return { status: 201, body: { status: 'approved', grant } }
    })
    await enroll(plane.link, deps)
    const { nonce } = enrollRequestSchema.parse(plane.asked[0]?.body)
    t.match(JSON.parse(seen[0] ?? ''), { nonce, tokenId: '0123456789abcdef', pending: null })
    t.equal((await stat(path)).mode & 0o777, 0o600)
    t.notMatch(await readFile(path, 'utf8'), /tttt/)
  },
)

t.test(
  'E29: who was ended without an answer is the same agent with the same link, another with another',
  async (t) => {
    const { grant, deps } = await world(t)
    const ended = { ...deps, sleep: () => Promise.reject(new Error('killed')) }
    const plane = await controlPlane(t, (_, n) =>
      n < 2 ? 'hang up' : { status: 201, body: { status: 'approved', grant } },
    )
    await t.rejects(enroll(plane.link, ended), { message: 'killed' })
    const other = plane.link.replace('gse_0123456789abcdef', 'gse_fedcba9876543210')
    await t.rejects(enroll(other, ended), { message: 'killed' })
    await enroll(other, deps)
    const nonces = plane.asked.map(({ body }) => (body as EnrollRequest).nonce)
    t.not(nonces[0], nonces[1])
    t.equal(nonces[1], nonces[2])
  },
)

t.test('E17: who was ended while a person thought goes on asking, without the link', async (t) => {
  const { grant, deps, config } = await world(t)
  const pending = pendingFor(900)
  const plane = await controlPlane(t, (_, n) =>
    n === 0 ? { status: 201, body: pending } : { status: 200, body: { status: 'approved', grant } },
  )
  t.equal(await begin(plane.link, deps), null)
  t.equal(await begin(plane.link, deps), null, 'nothing is redeemed twice')
  t.equal(plane.asked.length, 1)
  const credential = await finish(deps)
  t.equal(credential.stationId, 'station-00000001')
  t.match(plane.asked[1], { url: '/api/v1/enroll/enrollment-1', authorization: 'Bearer poll-secret' })
  t.notMatch(await readFile(join(config.dataDir, 'enrollment.json'), 'utf8'), /poll-secret/)
  t.same(await finish(deps), credential, 'there is nothing more to wait for')
})

t.test(
  'E16: the machine makes its key pair before it asks, keeps it over a kill, and gives away the public half only',
  async (t) => {
    const { grant, deps, config } = await world(t)
    const path = join(config.dataDir, 'enrollment.json')
    const certificate = {
      ...{ certificate: 'PEM', serial: 'a'.repeat(32), renewAt: iso(76) },
      ...{ notBefore: iso(0), notAfter: iso(90) },
    }
    const ended = { ...deps, sleep: () => Promise.reject(new Error('killed')) }
    const kept: string[] = []
    const plane = await controlPlane(t, (_, n) => {
      kept.push(JSON.parse(readFileSync(path, 'utf8')).privateKey)
      return n === 0
        ? 'hang up'
        : { status: 201, body: { status: 'approved', grant: { ...grant, certificate } } }
    })
    t.equal(await machineFingerprint(deps), null, 'nothing has begun')
    await t.rejects(enroll(plane.link, ended), { message: 'killed' })
    const print = await machineFingerprint(deps)
    const credential = await enroll(plane.link, deps)
    t.equal(kept[0], kept[1], 'the same key pair')
    for (const { body } of plane.asked) {
      const { csr = '' } = enrollRequestSchema.parse(body)
      t.equal(readCsr(csr).fingerprint, print)
      t.notMatch(JSON.stringify(body), /PRIVATE/)
    }
    t.same(credential.identity, { privateKey: kept[0], certificate })
    t.equal(await machineFingerprint(deps), print, 'what a person compares stays')
    t.notMatch(await readFile(path, 'utf8'), /PRIVATE/, 'one copy is enough')
  },
)

t.test('A32: who was turned away does not ask again after a restart', async (t) => {
  const { deps } = await world(t)
  const pending = pendingFor(900)
  const plane = await controlPlane(t, (_, n) =>
    n === 0
      ? { status: 201, body: pending }
      : { status: 403, body: { code: 'enrollment_denied', detail: 'no' } },
  )
  await t.rejects(enroll(plane.link, deps), { code: 'enrollment_denied' })
  await t.rejects(finish(deps), { code: 'config_invalid', detail: /Join first/ })
  t.equal(plane.asked.length, 2)
})

t.test('two processes of one machine: the newer key stays', async (t) => {
  const { grant, deps } = await world(t)
  const newer = { ...grant, keyIssuedAt: iso(1000), key: KEY.replace('kkk', 'nnn') }
  const plane = await controlPlane(t, (_, n) => {
    if (n === 0) return { status: 201, body: pendingFor(900) }
    return { status: 200, body: { status: 'approved', grant: n === 1 ? newer : grant } }
  })
  await begin(plane.link, deps)
  const credential = await finish({
    ...deps,
    sleep: async () => {
      await finish(deps)
    },
  })
  t.equal(plane.asked.length, 3)
  t.equal(credential.key, newer.key)
})
