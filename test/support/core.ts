/**
 * A whole core for a test: its own database, free ports, mails kept in memory, an owner who is signed in.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { readConfig } from '../../core/config.js'
import type { Context } from '../../core/context.js'
import { type Core, createCore } from '../../core/core.js'
import { createLog } from '../../core/log.js'
import type { PrismaClient } from '../../prisma/generated/client.js'
import { BUSY_MACHINE } from './busy-machine.js'
import { ApiClient } from './client.js'
import { TestClock } from './clock.js'
import { testDatabase } from './database.js'
import { temporaryDirectory } from './directory.js'
import { MemoryMailer, tokenOf } from './mailer.js'
import { type SecretWatch, secretWatch } from './secret-watch.js'

export const OWNER = 'owner@example.org'
/** The organisation that the first owner gets. */
export const ORG = 'main'

export interface TestCoreOptions {
  /** Variables beside those that every test sets. */
  readonly env?: Readonly<Record<string, string>>
  /** A database that is there already, for a second start; else a new one. */
  readonly databaseUrl?: string
  readonly dataDir?: string
  /** The one of the former start, which may be ahead; else a new one. */
  readonly clock?: TestClock
  readonly dashboardDir?: string
  readonly agentDir?: string
}

export interface BareCore {
  readonly core: Core
  readonly app: FastifyInstance
  readonly context: Context
  readonly prisma: PrismaClient
  readonly clock: TestClock
  readonly mailer: MemoryMailer
  readonly dataDir: string
  readonly databaseUrl: string
  readonly url: string
  /** Of our own listener, whatever the public address is. */
  readonly localUrl: string
  readonly mqttUrl: string
  readonly ownerLink: string | null
  /** Lines of the log, parsed. */
  readonly logged: Record<string, unknown>[]
  /** A browser that is not signed in; another address for each, so that rate limits do not meet. */
  browser(): ApiClient
  /** A program with a Bearer, or without. */
  program(bearer?: string): ApiClient
  /** The director, with the key that core wrote for it. */
  director(): ApiClient
  /** Signs in by mail. */
  signIn(email: string): Promise<ApiClient>
}

export interface TestCore extends BareCore {
  readonly owner: ApiClient
}

/** A core in which nobody is owner yet. */
export async function bareCore(t: Test, options: TestCoreOptions = {}): Promise<BareCore> {
  const databaseUrl = options.databaseUrl ?? (await testDatabase(t)).url
  const dataDir = options.dataDir ?? temporaryDirectory(t)
  const config = readConfig({
    TALOS_HTTP_PORT: '0',
    TALOS_MQTT_PORT: '0',
    TALOS_MQTTS_PORT: '0',
    TALOS_DATA_DIR: dataDir,
    TALOS_DATABASE_URL: databaseUrl,
    ...BUSY_MACHINE,
    ...options.env,
  })
  const logged: Record<string, unknown>[] = []
  const clock = options.clock ?? new TestClock()
  const mailer = new MemoryMailer()
  const core = createCore(config, {
    clock,
    random: randomBytes,
    log: createLog('debug', { write: (line) => logged.push(JSON.parse(line)) }),
    print: () => undefined,
    version: '0.0.0-test',
    dashboardDir: options.dashboardDir ?? path.join(dataDir, 'no-dashboard'),
    agentDir: options.agentDir ?? path.join(dataDir, 'no-agent'),
    mailer,
    onFatal: (error) => t.fail(error.message),
  })
  let lookBack: () => void = () => undefined
  t.teardown(() => lookBack())
  t.teardown(() => core.stop())
  const { url, localUrl, mqttUrl, ownerLink } = await core.start()
  const { app, context } = core
  lookBack = () => mustBeSilent(logged, secretWatch(app), mailer)
  let browsers = 0
  const browser = (): ApiClient => {
    browsers += 1
    return new ApiClient({ app, origin: url, address: `10.0.${browsers >> 8}.${browsers & 255}` })
  }
  return {
    ...{
      core,
      app,
      context,
      clock,
      mailer,
      dataDir,
      databaseUrl,
      url,
      localUrl,
      mqttUrl,
      ownerLink,
      logged,
      browser,
    },
    prisma: context.prisma,
    program: (bearer) => new ApiClient({ app, ...(bearer === undefined ? {} : { bearer }) }),
    director: () =>
      new ApiClient({ app, bearer: readFileSync(path.join(dataDir, 'director.key'), 'utf8').trim() }),
    signIn: async (email) => {
      const client = browser()
      const mail = mailer.next(email)
      await client.api('POST', '/auth/login', { email })
      const { status } = await client.api('POST', '/auth/confirm', { token: tokenOf(await mail) })
      if (status !== 200) throw new Error(`signing in as ${email} was answered ${status}`)
      return client
    },
  }
}

/** No secret is for the log, whatever a test was about. */
function mustBeSilent(logged: readonly object[], watch: SecretWatch, { mails }: MemoryMailer): void {
  for (const { text } of mails) watch.mail(text)
  const found = watch.foundIn(JSON.stringify(logged))
  if (found.length > 0) throw new Error(`the log of core holds secrets: ${found.join(', ')}`)
}

/** A core with an owner who is signed in. */
export async function testCore(t: Test, options: TestCoreOptions = {}): Promise<TestCore> {
  const bare = await bareCore(t, options)
  const owner = bare.browser()
  const token = bare.ownerLink?.split('#')[1]
  const { status, body } = await owner.api('POST', '/auth/confirm', { token, email: OWNER })
  if (status !== 200) throw new Error(`the owner link was answered ${status} ${JSON.stringify(body)}`)
  return { ...bare, owner }
}
