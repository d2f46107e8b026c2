/**
 * `npm run demo`: a whole fleet on this machine. Everything is real but the antennas, and nothing is kept.
 * @module
 */
import { mkdtempSync } from 'node:fs'
import { chmod, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { systemClock } from '../../shared/time.js'
import { Child } from '../child.js'
import { endRequested } from '../signals.js'
import { Announcer } from './announcer.js'
import { DemoAntenna, freePort, hasRotctld } from './antenna.js'
import { demoElements, type ElementsOptions } from './elements.js'
import { DemoOwner } from './owner.js'

export interface DemoOptions extends ElementsOptions {
  readonly port: number
  readonly simulated: boolean
}

/** Reserved for documentation (RFC 2606): no mail can reach anybody. */
const OWNER_EMAIL = 'owner@talos.example'
const signInLinkSchema = z.looseObject({ signInLink: z.url() })

const say = (line: string) => process.stdout.write(`${line}\n`)

/** The wanted port when it is free, otherwise any. */
function portOr(wanted: number): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(freePort()))
    server.listen(wanted, '127.0.0.1', () => server.close(() => resolve(wanted)))
  })
}

class Demo {
  private readonly running: { stop(): Promise<unknown> }[] = []
  private readonly ending = new AbortController()
  private dir = ''
  /** What contacts do while the demo still starts: told after the links, which are what one looks for. */
  private early: string[] | undefined = []
  /** Resolves with the name of a program that ended by itself. */
  failed: Promise<string> = new Promise(() => {})

  constructor(private readonly options: DemoOptions) {}

  async start(): Promise<void> {
    say('Talos demo: everything runs on this machine, and nothing is kept.')
    say('Starting the control plane, the director and three antennas ...\n')
    this.dir = mkdtempSync(join(tmpdir(), 'talos-demo-'))
    // When we are root, the database runs as somebody else and must reach its folder; secrets in here are 0600.
    await chmod(this.dir, 0o711)
    const { core, owner } = await this.startCore()
    const facts = await demoElements(this.options, () => systemClock.now(), this.ending.signal)
    const director = await this.startDirector(owner.url, core.mqttUrl)
    await owner.bringElements(facts.source, facts.elements)
    await owner.makeCampaign(
      facts.elements.map((e) => String(e.NORAD_CAT_ID)),
      facts.isStale,
    )
    const announcer = this.keep(new Announcer(owner, systemClock, (line) => this.tell(line)))
    await announcer.start()
    const useRotctld = !this.options.simulated && hasRotctld()
    await Promise.all(
      facts.places.map(async (place, i) => {
        const antenna = this.keep(new DemoAntenna(place, join(this.dir, `agent-${i + 1}`), useRotctld))
        await antenna.start(await owner.enrollUrl(place.name))
      }),
    )
    const { signInLink } = await core.child.ask({ ask: 'sign-in-link', email: OWNER_EMAIL }, signInLinkSchema)
    say(`  satellites  ${facts.said}`)
    say(
      `  antennas    ${facts.places.map((p) => p.name).join(', ')}, each with ${useRotctld ? "Hamlib's dummy rotator behind rotctld" : 'the built-in simulator'}`,
    )
    say(`  dashboard   ${owner.url}`)
    say(`  sign in     ${signInLink}   (opens once, within 10 minutes)`)
    say(`              later as ${OWNER_EMAIL}: mails, with links and codes, are printed here`)
    say('\nCtrl-C ends all of it.\n')
    for (const line of this.early ?? []) say(line)
    this.early = undefined
    this.failed = Promise.race([
      core.child.exited.then(() => 'core'),
      director.exited.then(() => 'the director'),
    ])
  }

  /** Ends everything, the last that was started first. */
  async stop(): Promise<void> {
    this.ending.abort(new Error('the demo is ending'))
    const [core, ...others] = this.running
    await Promise.all(others.map((part) => part.stop()))
    await core?.stop()
    if (this.dir !== '') await rm(this.dir, { recursive: true, force: true })
  }

  /** Keeps what `stop` must end. @throws Error once the demo is ending: then nothing more may be started */
  private keep<T extends { stop(): Promise<unknown> }>(part: T): T {
    this.ending.signal.throwIfAborted()
    this.running.push(part)
    return part
  }

  private tell(line: string): void {
    if (this.early === undefined) say(line)
    else this.early.push(line)
  }

  private async startCore() {
    const { port: wanted } = this.options
    const port = await portOr(wanted)
    if (wanted !== 0 && port !== wanted) say(`Port ${wanted} is taken; the dashboard has another.\n`)
    const child = new Child({
      name: 'core',
      args: ['core'],
      env: {
        TALOS_DATA_DIR: this.dir,
        TALOS_HTTP_PORT: String(port),
        TALOS_MQTT_PORT: '0',
        TALOS_OWNER_EMAIL: OWNER_EMAIL,
        TALOS_LOG_LEVEL: 'error',
        TALOS_DATABASE_URL: undefined,
        TALOS_PUBLIC_URL: undefined,
      },
      // Its own owner link is used here; the one that is shown comes later.
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    })
    const ready = await this.keep(child).start()
    if (ready.url === undefined || ready.mqttUrl === undefined || ready.ownerLink == null)
      throw new Error('core did not say where it is')
    child.output?.on('data', (mail: Buffer) => {
      if (this.early === undefined && !this.ending.signal.aborted) process.stdout.write(mail)
    })
    const owner = new DemoOwner(ready.url)
    await owner.signIn(ready.ownerLink, OWNER_EMAIL)
    return { core: { child, mqttUrl: ready.mqttUrl }, owner }
  }

  private async startDirector(coreUrl: string, mqttUrl: string): Promise<Child> {
    const child = new Child({
      name: 'director',
      args: ['director'],
      env: {
        TALOS_DATA_DIR: this.dir,
        TALOS_CORE_URL: coreUrl,
        TALOS_MQTT_URL: mqttUrl,
        TALOS_LOG_LEVEL: 'error',
      },
    })
    await this.keep(child).start()
    return child
  }
}

/** Runs the demo until a signal. @returns 0, or 1 when a part of it failed */
export async function runDemo(options: DemoOptions): Promise<number> {
  const ending = endRequested()
  const demo = new Demo(options)
  let code = 0
  try {
    const begun = demo.start()
    await Promise.race([begun, ending])
    const failed = await Promise.race([ending.then(() => null), demo.failed])
    if (failed !== null) {
      say(`${failed} ended by itself`)
      code = 1
    }
  } catch (error) {
    say(`The demo could not start: ${error instanceof Error ? error.message : String(error)}`)
    code = 1
  }
  await demo.stop()
  return code
}
