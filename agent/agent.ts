/**
 * The agent, put together: one function starts all parts, its result stops them. Whoever calls it loads the files and
 * minds the signals.
 * @module
 */
import { mkdir, readFile } from 'node:fs/promises'
import { type Ack, ackSchema, type LiveState, refreshSchema } from '../shared/messages.js'
import type { Clock } from '../shared/time.js'
import { parseTopic, topics } from '../shared/topics.js'
import { Antenna } from './antenna.js'
import { firstSequence } from './boots.js'
import { CalibratedRotator, Calibration, calibratedMount } from './calibration.js'
import { FlightClock } from './clock/flight-clock.js'
import { LinuxMachine, type Machine } from './clock/machine.js'
import { ClockTrust } from './clock/trust.js'
import { ClockWatch } from './clock/watch.js'
import { CommandMemory } from './command-memory.js'
import { Commands } from './commands.js'
import type { AgentConfig } from './config.js'
import { CoreApi } from './core-api.js'
import { type Credential, credentialPath } from './credential.js'
import { CredentialFile } from './credential-file.js'
import { GuardMemory } from './guard/memory.js'
import { Introduction } from './introduction.js'
import { Link } from './link.js'
import { LinkLoss } from './link-loss.js'
import { Beside } from './local/beside.js'
import { type Log, reasonOf } from './log.js'
import { Logins } from './logins.js'
import { rigFor, rotatorFor } from './machines.js'
import { OfflineLog } from './offline-log.js'
import { OwnCertificate } from './own-certificate.js'
import { OwnKey } from './own-key.js'
import { PinnedKeys } from './pinned-keys.js'
import { PlanDesk } from './plan-desk.js'
import { PlanRunner } from './plan-runner.js'
import { PlanStore } from './plan-store.js'
import { Receipts } from './receipts.js'
import { RecentLog } from './recent-log.js'
import { Rejections } from './rejections.js'
import { Tuner } from './rig/tuner.js'
import { type Held, holdAlone } from './sole.js'
import { Standing } from './standing.js'
import { StatusFile } from './status.js'
import { Telemetry } from './telemetry.js'

export interface AgentDeps {
  readonly credential: Credential
  readonly version: string
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  /** A fresh id: 128 random bits. */
  readonly newId: () => string
  readonly log: Log
  /** Unless given, the one that it runs on. */
  readonly machine?: Machine
  /** The process is this agent: what ends it is written down. */
  readonly isProgram?: boolean
}

export interface RunningAgent {
  readonly bootId: string
  readonly isLinked: boolean
  readonly state: LiveState
  /** Ends a safe hold from beside the antenna. */
  release(): void
  /** Stops the rotator, tells the fleet, closes everything; takes under 3 s. */
  stop(): Promise<void>
}

/**
 * Starts the agent and resolves when it watches its rotator; the link comes by itself.
 * @throws TalosError `config_invalid` when the rotator's limits and the mount have nothing in common;
 * `data_dir_in_use` or `rotator_in_use` when another agent has one of them
 */
export async function runAgent(config: AgentConfig, deps: AgentDeps): Promise<RunningAgent> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const alone = await holdAlone(config)
  try {
    return await startAgent(config, deps, alone)
  } catch (cause) {
    await alone.release()
    throw cause
  }
}

async function startAgent(config: AgentConfig, deps: AgentDeps, alone: Held): Promise<RunningAgent> {
  const { credential, clock, newId } = deps
  const { org, stationId } = credential
  const { dataDir } = config
  const bootId = newId()
  const disk = new OfflineLog({ dataDir, bootId, clock, to: deps.log })
  if (deps.isProgram === true) disk.start()
  const log = new RecentLog(disk, clock)
  const file = new CredentialFile(credentialPath(dataDir), credential)
  const keys = new PinnedKeys(file)
  const ca = config.caFile === undefined ? null : await readFile(config.caFile, 'utf8')
  const api = new CoreApi({ url: credential.url, ca, serverName: config.serverName })
  const status = new StatusFile(dataDir, { url: credential.url, stationId, pid: process.pid }, clock, log)

  const calibration = new Calibration(dataDir, log)
  await calibration.load()
  const driver = new CalibratedRotator(rotatorFor(config, clock, deps.random), calibration.now)
  const rig = rigFor(config)
  const antenna = new Antenna({
    mount: calibratedMount(config.mount, calibration.now),
    driver,
    azimuthReport: config.azimuthReport,
    parkBy: config.parkBy,
    memory: new GuardMemory(dataDir, log, calibration.now.az),
    clock,
    log,
  })
  const publish: Link['publish'] = (topic, payload, options) => link.publish(topic, payload, options)
  const isUp = () => link.isUp
  const ack = (message: Ack): void => {
    const topic = topics.ack(org, stationId, message.jti)
    void publish(topic, JSON.stringify(ackSchema.parse(message)), { qos: 1, retain: false })
  }

  const firstSeq = await firstSequence(dataDir, log)
  const store = new PlanStore(dataDir, keys, stationId, clock, log)
  const memory = new CommandMemory(dataDir, log)
  const beamwidth = () => antenna.mount.beamwidth
  const watch = new ClockWatch({
    ...{ dataDir, clock, log, beamwidth, random: deps.random },
    machine: deps.machine ?? new LinuxMachine(),
    ask: () => api.get('station/time', ownKey.presented),
    rtcErrorMs: config.clock.rtcErrorMs ?? null,
    onCore: (latestMs) => memory.bound(latestMs),
    onChange: () => telemetry.stateChanged(),
  })
  const flight = new FlightClock(clock)
  const trust = new ClockTrust({ flight, watch, beamwidth, provenMs: () => memory.provenMs })
  const runner = new PlanRunner({
    dataDir,
    store,
    antenna,
    flight,
    trust,
    log,
    isLinked: isUp,
    onChange: () => {
      telemetry.stateChanged()
      tuner?.changed()
      void receipts.tell()
    },
  })
  const common = { org, stationId, store, clock, log, publish, isUp }
  const telemetry = new Telemetry({ ...common, bootId, firstSeq, dataDir, antenna, runner, watch })
  const receipts = new Receipts(common)
  const tuner =
    rig === null || config.rig === undefined
      ? null
      : new Tuner({
          rig,
          config: config.rig,
          activePlan: () => store.get(runner.contactId ?? '')?.plan ?? null,
          clock: flight,
          log,
          onReading: (reading) => telemetry.tellRig(reading),
          onWorking: () => introduction.tell(),
        })
  const introduction = new Introduction({
    ...{
      org,
      stationId,
      version: deps.version,
      bootId,
      driverKind: driver.kind,
      antenna,
      file,
      publish,
      clock,
    },
    kids: () => keys.kids,
    hasRig: () => tuner?.isWorking === true,
  })
  const rejections = new Rejections(clock, log, ack)
  const gate = { stationId, keys, antenna, memory, rejections, clock, ack }
  const commands = new Commands({
    ...gate,
    manualMaxMs: config.manualMaxMs,
    pinned: () => introduction.tell(),
    rotate: () => {
      ownKey.ask()
      ownCertificate.ask()
    },
  })
  const desk = new PlanDesk({ ...gate, store, runner, trust })
  const linkLoss = new LinkLoss(config.onLinkLoss, antenna, newId, clock, log)

  const tellAll = (): void => {
    introduction.tell()
    telemetry.tellState()
    void receipts.tell()
  }

  const onMessage = (topic: string, payload: string): void => {
    const parsed = parseTopic(topic)
    if (parsed?.kind === 'command' && parsed.sid === stationId) void commands.handle(parsed.channel, payload)
    else if (parsed?.kind === 'plan' && parsed.sid === stationId) void desk.handle(parsed.contactId, payload)
    else if (parsed?.kind === 'refresh' && isRefresh(payload)) tellAll()
    else log.warn('a message that means nothing here', { topic })
  }

  const ownKey = new OwnKey({
    ...{ file, isLinked: isUp, clock, random: deps.random, log },
    request: (key) => api.post('station/key', key, {}),
    ask: (key) => api.get('station', key),
    reconnect: () => link.renew(),
  })
  const ownCertificate = new OwnCertificate({
    ...{ file, clock, random: deps.random, log },
    request: async (body) => {
      const key = ownKey.presented
      const answer = await api.post('station/certificate', key, body)
      // The key was replaced while the request was on its way.
      const isReplaced = answer.status === 401 && ownKey.presented !== key
      return isReplaced ? await api.post('station/certificate', ownKey.presented, body) : answer
    },
    reconnect: () => link.renew(),
  })
  const standing = new Standing({
    ...{ dataDir, antenna, random: deps.random, log },
    request: () => api.get('station', ownKey.presented),
    retry: () => link.retry(),
  })
  const link = new Link({
    credential,
    login: new Logins({
      ...{ file, key: ownKey, certificate: ownCertificate },
      changed: () => introduction.tell(),
      reconnect: () => link.renew(),
    }),
    ca,
    serverName: config.serverName,
    backoff: config.reconnect,
    will: () => introduction.offline(),
    listener: {
      onUp: () => {
        void status.tell('online')
        standing.accepted()
        linkLoss.up()
        watch.linked()
        tellAll()
      },
      onDown: () => linkLoss.down(),
      onFailure: (reason) => void status.tell('offline', standing.barred?.reason ?? reason),
      onBarred: () => standing.refused(),
      onMessage,
    },
    clock,
    random: deps.random,
    log,
  })

  const beside = new Beside(config, {
    ...{ version: deps.version, bootId, driverKind: driver.kind, antenna, store, runner, standing, watch },
    ...{ calibration, recent: log, clock, newId, log, isUp },
  })

  let stopped: Promise<void> | null = null
  const stop = async (): Promise<void> => {
    linkLoss.stop()
    const shut = beside.stop()
    // First the runner, so that a pass is taken up again by the next start and not written off as stopped.
    const written = runner.stop()
    // G8: the rotator before all that may have to wait for the network or the disk.
    await antenna.stop()
    receipts.stop()
    telemetry.stop()
    await Promise.all([written, ownKey.stop(), ownCertificate.stop(), standing.stop(), watch.stop()])
    await Promise.all([shut, tuner?.stop(), link.stop(introduction.offline())])
    await status.tell('stopped')
    await alone.release()
    log.info('the agent has stopped', { stationId, bootId })
    await disk.stop()
  }
  try {
    await status.tell('connecting')
    await store.load()
    await memory.load()
    await antenna.start()
    await beside.start()
    await standing.load()
    antenna.listen({ onMount: (mount) => introduction.tell(mount) })
    await watch.start()
    await runner.start()
    telemetry.start()
    tuner?.start()
    receipts.start()
    linkLoss.start()
    ownKey.start()
    ownCertificate.start()
    link.start()
    log.info('the agent runs', { stationId, bootId, driver: driver.kind, plans: store.all().length })
  } catch (cause) {
    // No half of an agent stays behind, with an antenna that nobody minds.
    log.error('the agent cannot start', { reason: reasonOf(cause) })
    await stop()
    throw cause
  }
  return {
    bootId,
    get isLinked() {
      return link.isUp
    },
    get state() {
      return antenna.live.state
    },
    release: () => void antenna.release('station'),
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}

function isRefresh(payload: string): boolean {
  try {
    return refreshSchema.safeParse(JSON.parse(payload)).success
  } catch {
    return false
  }
}
