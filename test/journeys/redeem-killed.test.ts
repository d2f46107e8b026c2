/**
 * Core ended by kill -9 at each step of a redemption, seen from outside: on its way to the database, on its way back, and
 * before its answer leaves. Never two stations, never a token spent for nothing (E1, E29).
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import path from 'node:path'
import { connectAsync } from 'mqtt'
import t, { type Test } from 'tap'
import type { StationGrant } from '../../shared/api/fleet.js'
import { testDatabase } from '../support/database.js'
import { temporaryDirectory } from '../support/directory.js'
import { Bearer } from './bearer.js'
import { type Answered, ORG, Person } from './person.js'
import { type Running, runTalos } from './programs.js'
import { redeem } from './writers.js'

t.setTimeout(1_200_000)

/** Every step takes a start of core; so a few of them, and all where that is wished. */
const EVERY_STEP = process.env['TALOS_TEST_REDEEM_KILLS'] === 'all'

/** Is this piece of the traffic the moment? `text`: what it holds; `count`: which piece it is. */
type Moment = (text: string, count: number) => boolean

/** Between two programs; cuts off and calls `kill` at a moment of the traffic in one direction. */
class Gate {
  #isMoment: Moment = () => false
  #kill: () => void = () => {}
  #when: 'asking' | 'answered' = 'asking'
  #count = 0
  readonly seen: string[] = []

  /** `asking`: the piece does not arrive; `answered`: it does, and what comes back does not. */
  arm(when: 'asking' | 'answered', isMoment: Moment, kill: () => void): void {
    this.#when = when
    this.#isMoment = isMoment
    this.#kill = kill
    this.#count = 0
    this.seen.length = 0
  }

  join(inner: Socket, outer: Socket): void {
    let isDoomed = false
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
    }
    inner.on('data', (piece) => {
      const text = piece.toString('latin1')
      this.#count += 1
      this.seen.push(text)
      if (this.#isMoment(text, this.#count)) {
        this.#isMoment = () => false
        if (this.#when === 'asking') return this.#kill()
        isDoomed = true
      }
      outer.write(piece)
    })
    outer.on('data', (piece) => {
      if (isDoomed) this.#kill()
      else inner.write(piece)
    })
  }
}

/** A gate in front of `open()`. Returns it with its port. */
async function gateBefore(t: Test, open: () => Socket): Promise<{ gate: Gate; port: number }> {
  const gate = new Gate()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const onward = open()
    for (const one of [socket, onward]) {
      sockets.add(one)
      one.once('close', () => sockets.delete(one))
    }
    gate.join(socket, onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const address = server.address()
  return { gate, port: typeof address === 'object' ? (address?.port ?? 0) : 0 }
}

const COMMIT: Moment = (text) => text.includes('COMMIT')

t.test('kill -9 of core at each step of a redemption: one station, and its agent gets its key', async (t) => {
  const { connection, prisma } = await testDatabase(t)
  const { host = '', port = 0, user, database } = connection
  const toDatabase = await gateBefore(t, () => connect(path.join(host, `.s.PGSQL.${port}`)))
  let core: Running
  const toCore = await gateBefore(t, () => connect(Number(new URL(core.ready.url ?? '').port), '127.0.0.1'))
  const env = {
    TALOS_DATABASE_URL: `postgresql://${user}@127.0.0.1:${toDatabase.port}/${database}`,
    TALOS_DATA_DIR: path.join(temporaryDirectory(t), 'data'),
    ...{ TALOS_HTTP_PORT: '0', TALOS_MQTT_PORT: '0', TALOS_LOG_LEVEL: 'warn' },
  }
  const start = () => runTalos(t, ['core'], env)
  core = await start()
  const person = new Person(core.ready.url ?? '')
  await person.signIn(core.ready.ownerLink ?? '')
  const { token: bearer } = await person.post('/auth/api-tokens', { name: 'desk' })
  let stations = 0

  const newToken = async (): Promise<string> => {
    const program = new Bearer(core.ready.url ?? '', bearer)
    const { body } = await program.ask('POST', `/orgs/${ORG}/enrollment-tokens`, { name: 'Svalbard' })
    return new URL(body.enrollUrl).hash.slice(1)
  }
  const throughGate = (token: string, nonce: string): Promise<Answered | null> =>
    redeem(`http://127.0.0.1:${toCore.port}`, token, nonce).catch(() => null)

  /** The agent comes again as it was, another with the same token is turned away, and there is one station more. */
  async function checked(token: string, nonce: string, what: string): Promise<void> {
    const again = await redeem(core.ready.url ?? '', token, nonce)
    t.equal(again.status, 200, `${what}: the same agent is let in ${JSON.stringify(again.body.code ?? '')}`)
    const other = await redeem(core.ready.url ?? '', token, randomUUID())
    t.equal(other.body.code, 'enrollment_token_invalid', `${what}: nobody else is`)
    stations += 1
    t.equal(await prisma.station.count(), stations, `${what}: one station`)
    t.equal(await prisma.enrollment.count(), stations)
    t.equal(await prisma.enrollmentToken.count({ where: { uses: 1, consumedAt: { not: null } } }), stations)
    const { stationId, key }: StationGrant = again.body.grant
    t.equal(await prisma.stationKey.count({ where: { stationId, revokedAt: null } }), 1)
    const client = await connectAsync(core.ready.mqttUrl ?? '', {
      ...{ username: stationId, clientId: stationId, password: key, protocolVersion: 4, reconnectPeriod: 0 },
    })
    client.end(true)
  }

  async function killed(
    gate: Gate,
    when: 'asking' | 'answered',
    isMoment: Moment,
    what: string,
  ): Promise<void> {
    const [token, nonce] = [await newToken(), randomUUID()]
    const doomed = core
    const ended = new Promise<void>((resolve) => {
      gate.arm(when, isMoment, () => void doomed.end('SIGKILL').then(() => resolve()))
    })
    t.equal(await throughGate(token, nonce), null, `${what}: the agent hears nothing`)
    await ended
    core = await start()
    await checked(token, nonce, what)
  }

  // How many pieces there are to cut at.
  const [token, nonce] = [await newToken(), randomUUID()]
  toDatabase.gate.arm(
    'asking',
    () => false,
    () => {},
  )
  t.equal((await throughGate(token, nonce))?.status, 200)
  const steps = toDatabase.gate.seen.length
  t.ok(toDatabase.gate.seen.some((text) => text.includes('COMMIT')))
  await checked(token, nonce, 'without a kill')
  t.comment(`${steps} pieces of a redemption go to the database`)

  const middle = Math.ceil(steps / 2)
  const counts = EVERY_STEP ? Array.from({ length: steps }, (_, at) => at + 1) : [middle]
  for (const count of counts)
    for (const when of EVERY_STEP ? (['asking', 'answered'] as const) : (['answered'] as const))
      await killed(toDatabase.gate, when, (_, at) => at === count, `${when} ${count} of ${steps}`)
  await killed(toDatabase.gate, 'asking', COMMIT, 'before the commit')
  await killed(toDatabase.gate, 'answered', COMMIT, 'behind the commit')
  await killed(toCore.gate, 'answered', (text) => text.includes('/enroll'), 'before the answer')
})
