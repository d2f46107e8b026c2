import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { TALOS_BIN } from '../../ops/child.js'
import type { StationGrant } from '../../shared/api/fleet.js'
import { temporaryDirectory } from '../support/directory.js'
import { Bearer } from './bearer.js'
import { Ledger } from './ledger.js'
import { ORG, Person } from './person.js'
import { logged, processesOf, type Running, runTalos } from './programs.js'
import { obey, redeem, Writers } from './writers.js'

t.setTimeout(600_000)

const KILLS = Number(process.env['TALOS_TEST_KILLS'] ?? 20)
/** Every so often the database server is killed with core, and core while it starts. */
const SERVER_TOO = 4
const WHILE_STARTING = 5
/** Writing goes on for so long at least and at most before the kill, ms. */
const WRITING_MS = [100, 1300] as const
/** A start takes about a second. */
const STARTING_MS = 1000
/** Redemptions of the last life that are tried again after each kill; core takes 20 a minute. */
const TRIED_AGAIN = 3

const between = ([low, high]: readonly [number, number]) => low + Math.random() * (high - low)

const postmasterPid = (dataDir: string): number =>
  Number(readFileSync(path.join(dataDir, 'postgres/18/postmaster.pid'), 'utf8').split('\n')[0])

const environment = (dataDir: string) => ({
  TALOS_DATA_DIR: dataDir,
  TALOS_HTTP_PORT: '0',
  TALOS_MQTT_PORT: '0',
  TALOS_LOG_LEVEL: 'warn',
})

/** Starts core and kills it somewhere on its way up. */
async function killWhileStarting(dataDir: string): Promise<void> {
  const others = Object.entries(process.env).filter(([key]) => !key.startsWith('TALOS_'))
  const env = { ...Object.fromEntries(others), ...environment(dataDir) }
  const child = fork(TALOS_BIN, ['core'], { env, stdio: 'ignore' })
  const exited = once(child, 'exit')
  await pause(Math.random() * STARTING_MS)
  child.kill('SIGKILL')
  await exited
}

/** The owner's API token, elements to follow, and a station that will be connected. */
async function settle({ ready }: Running): Promise<{ token: string; grant: StationGrant }> {
  const person = new Person(ready.url ?? '')
  await person.signIn(ready.ownerLink ?? '')
  const { token } = await person.post('/auth/api-tokens', { name: 'writers' })
  await person.post('/elements/import', {
    source: 'test',
    text: JSON.stringify([
      {
        ...{ OBJECT_NAME: 'TEST', OBJECT_ID: '2026-001A', EPOCH: new Date().toISOString().slice(0, -1) },
        ...{ MEAN_MOTION: 15.5, ECCENTRICITY: 0.0001, INCLINATION: 51.6, RA_OF_ASC_NODE: 10 },
        ...{ ARG_OF_PERICENTER: 20, MEAN_ANOMALY: 30, EPHEMERIS_TYPE: 0, CLASSIFICATION_TYPE: 'U' },
        ...{ NORAD_CAT_ID: 90_001, ELEMENT_SET_NO: 999, REV_AT_EPOCH: 1, BSTAR: 0.0001 },
        ...{ MEAN_MOTION_DOT: 0, MEAN_MOTION_DDOT: 0 },
      },
    ]),
  })
  const made = await person.post(`/orgs/${ORG}/enrollment-tokens`, { name: 'Mover' })
  const { body } = await redeem(ready.url ?? '', new URL(made.enrollUrl).hash.slice(1), randomUUID())
  return { token, grant: body.grant }
}

/** E1 E29: what was asked for when core died was done or was not, and the same agent is given its answer either way. */
async function askAgain(writers: Writers, program: Bearer, ledger: Ledger): Promise<string[]> {
  const faults: string[] = []
  for (const { id, secret, nonce } of writers.doubts.slice(0, 2)) {
    const again = await redeem(program.url, secret, nonce)
    if (again.status === 200) ledger.tokens.set(id, true)
    else if (again.body.code !== 'enrollment_token_invalid') faults.push(`${id}: ${JSON.stringify(again)}`)
  }
  for (const id of new Set(writers.doubts.map((doubt) => doubt.id)))
    if (ledger.tokens.get(id) !== true) faults.push(`neither of two agents can redeem ${id}`)
  for (const { key, name } of writers.keyedDoubts) {
    const again = await program.ask('POST', `/orgs/${ORG}/stations`, { name }, { 'idempotency-key': key })
    // 409: the first request may still be under way, as far as core can know, for a minute.
    if (again.status === 201) ledger.stations.set(again.body.id, 'pending')
    else if (again.status !== 409) faults.push(`${name}: ${again.status} ${JSON.stringify(again.body)}`)
  }
  return faults
}

t.test('kill -9 at any moment loses nothing that was acknowledged', async (t) => {
  const dataDir = path.join(temporaryDirectory(t), 'data')
  const ledger = new Ledger()
  let core = await runTalos(t, ['core'], environment(dataDir))
  const { token, grant } = await settle(core)
  for (let kill = 1; kill <= KILLS; kill++) {
    const program = new Bearer(core.ready.url ?? '', token)
    const mover = await obey(grant, core.ready.mqttUrl ?? '')
    const writers = new Writers(program, ledger, grant.stationId)
    const before = ledger.size
    const writing = writers.run()
    await pause(between(WRITING_MS))
    t.equal(await core.end('SIGKILL'), 'SIGKILL', 'killed')
    if (kill % SERVER_TOO === 0) process.kill(postmasterPid(dataDir), 'SIGKILL')
    await writing
    mover.end(true)
    if (kill % WHILE_STARTING === 0) await killWhileStarting(dataDir)

    const errors = logged(core.output(), 50)
    core = await runTalos(t, ['core'], environment(dataDir))
    const reborn = new Bearer(core.ready.url ?? '', token)
    const faults = [...writers.faults, ...errors, ...(await askAgain(writers, reborn, ledger))]
    for (const { id, secret } of writers.redeemed.slice(-TRIED_AGAIN)) {
      const { status, body } = await redeem(reborn.url, secret, randomUUID())
      if (body.code !== 'enrollment_token_invalid') faults.push(`${id} was redeemed again: ${status}`)
    }
    faults.push(...(await ledger.faults(reborn)))
    t.same(
      faults,
      [],
      `after kill ${kill} all of ${ledger.size} acts are there, ${ledger.size - before} of them new`,
    )
  }
  t.equal(await core.end('SIGTERM'), 0, 'the last one ends as asked')
  t.same(processesOf(dataDir), [], 'no process is left')
  for (const [kind, count] of Object.entries({
    stations: ledger.stations.size,
    tokens: [...ledger.tokens.values()].filter(Boolean).length,
    campaigns: ledger.campaigns.size,
    commands: ledger.commands.size,
  }))
    t.ok(count >= KILLS / 2, `${count} ${kind}`)
})
