/**
 * Signed commands: believed, admitted, obeyed, acknowledged. Signature, audience, time, repetition and sequence are
 * checked here, angles by the guard.
 * @module
 */
import { type Ack, MANUAL_LIFETIME_MS } from '../shared/messages.js'
import { type Command, OP_CHANNEL, type PublicKey, signerOf, verifyCommand } from '../shared/signed.js'
import { type Clock, iso, SECOND } from '../shared/time.js'
import type { CommandChannel } from '../shared/topics.js'
import { CLOCK_TOLERANCE_MS, refuseClaims } from './admission.js'
import type { Antenna } from './antenna.js'
import type { CommandMemory } from './command-memory.js'
import type { Ending, Refusal } from './guard/state.js'
import type { PinnedKeys } from './pinned-keys.js'
import type { Rejections } from './rejections.js'

export interface CommandsDeps {
  readonly stationId: string
  readonly keys: PinnedKeys
  readonly manualMaxMs: number
  readonly antenna: Antenna
  readonly memory: CommandMemory
  readonly rejections: Rejections
  readonly clock: Clock
  readonly ack: (ack: Ack) => void
  /** Other keys are pinned than before. */
  readonly pinned: () => void
  /** Core wants the station to have another key. */
  readonly rotate: () => void
}

/** Messages waiting for their turn; beyond this they are dropped, and nobody loses more than a stale jog. */
const MOST_WAITING = 64

/** Motion by hand is stale 5 s after it was asked for, whatever its `exp` says. */
const endOf = (command: Command): number =>
  command.op === 'move' ? Math.min(command.exp, command.iat + MANUAL_LIFETIME_MS / SECOND) : command.exp

export class Commands {
  /** Orders whose end is to be told: jti to op. */
  readonly #running = new Map<string, string>()
  #turn: Promise<void> = Promise.resolve()
  #waiting = 0
  #stopping = 0
  #heard = 0
  /** Which message, as counted by `#heard`, was the last to stop the antenna. */
  #lastStop = 0

  constructor(private readonly deps: CommandsDeps) {
    deps.antenna.listen({ onEnding: (ending) => this.#ended(ending) })
  }

  /** Handles one message of `cmd/{channel}`. A stop does not wait for what came before it. */
  handle(channel: CommandChannel, jws: string): Promise<void> {
    this.#heard += 1
    const place = this.#heard
    if (channel === 'stop') return this.#hearStop(jws, place)
    if (this.#waiting >= MOST_WAITING) return Promise.resolve()
    this.#waiting += 1
    this.#turn = this.#turn
      .then(() => this.#handle(channel, jws, place))
      .finally(() => {
        this.#waiting -= 1
      })
    return this.#turn
  }

  /** Each is judged at once; a flood that is not judged as fast as it comes is cut off. */
  async #hearStop(jws: string, place: number): Promise<void> {
    if (this.#stopping >= MOST_WAITING) return
    this.#stopping += 1
    try {
      await this.#handle('stop', jws, place)
    } finally {
      this.#stopping -= 1
    }
  }

  async #handle(channel: CommandChannel, jws: string, place: number): Promise<void> {
    const { keys, rejections } = this.deps
    let command: Command
    try {
      command = await verifyCommand(jws, keys.all)
    } catch (cause) {
      rejections.unbelieved(jws, cause)
      return
    }
    this.deps.memory.prove(command.iat)
    const refusal =
      command.op === 'stop'
        ? await this.#stop(command, place)
        : await this.#obey(channel, command, jws, place)
    if (refusal !== null) rejections.refuse(command.jti, command.op, refusal.code, refusal.detail)
  }

  /** `stop` needs only a valid signature and audience: one that is late, repeated or out of order still stops. */
  async #stop(command: Command, place: number): Promise<Refusal | null> {
    const { antenna, stationId } = this.deps
    if (command.aud !== stationId)
      return { code: 'wrong_audience', detail: `The message is for station ${command.aud}.` }
    this.#lastStop = Math.max(this.#lastStop, place)
    const taken = antenna.halt()
    this.#ack(command.jti, command.op, 'accepted')
    void taken.then(() => this.#ack(command.jti, command.op, 'done'))
    // Moves that were sent before it and come after it are out of sequence now. One that is played back for ever stops
    // each time, and costs the disk nothing.
    if (!this.deps.memory.hasSeen(command.jti)) await this.#remember(command)
    return null
  }

  async #obey(
    channel: CommandChannel,
    command: Command,
    jws: string,
    place: number,
  ): Promise<Refusal | null> {
    const refusal = this.#admit(channel, command)
    if (refusal !== null) return refusal
    await this.#remember(command)
    // A stop that came after this one, while it waited for its turn or for the disk, has won.
    if (place < this.#lastStop && (command.op === 'move' || command.op === 'park'))
      return { code: 'stopped_by_person', detail: `A stop came before this ${command.op} could begin.` }
    const refused = command.op === 'keys' ? await this.#pin(command.args.keys, jws) : this.#carryOut(command)
    if (refused === null) this.#ack(command.jti, command.op, 'accepted')
    else this.#running.delete(command.jti)
    return refused
  }

  #admit(channel: CommandChannel, command: Command): Refusal | null {
    const { stationId, clock, memory } = this.deps
    const late = refuseClaims({ ...command, exp: endOf(command) }, stationId, clock.now())
    if (late !== null) return late
    if (OP_CHANNEL[command.op] !== channel)
      return { code: 'malformed', detail: `${command.op} does not travel on cmd/${channel}.` }
    if (memory.hasSeen(command.jti))
      return { code: 'replayed', detail: `Message ${command.jti} has been heard.` }
    if (command.seq <= memory.seq)
      return { code: 'out_of_sequence', detail: `Number ${command.seq} comes after ${memory.seq}.` }
    return null
  }

  #remember(command: Command): Promise<void> {
    const { memory, clock } = this.deps
    return memory.remember(command, command.exp * SECOND + CLOCK_TOLERANCE_MS, clock.now())
  }

  async #pin(keys: readonly PublicKey[], jws: string): Promise<Refusal | null> {
    const refused = await this.deps.keys.replace(keys, signerOf(jws))
    if (refused === null) this.deps.pinned()
    return refused
  }

  #carryOut(command: Exclude<Command, { op: 'keys' }>): Refusal | null {
    const { antenna, manualMaxMs } = this.deps
    const { jti: id } = command
    switch (command.op) {
      case 'move': {
        const lifetimeMs = Math.min((command.exp - command.iat) * SECOND, manualMaxMs)
        this.#running.set(id, command.op)
        return antenna.order({ id, source: 'manual', goal: command.args, lifetimeMs })
      }
      case 'park': {
        const { parkAz: az, parkEl: el } = antenna.mount
        this.#running.set(id, command.op)
        return antenna.order({ id, source: 'park', goal: { az, el }, lifetimeMs: null })
      }
      case 'limits':
        return antenna.tighten(command.args)
      case 'release':
        return antenna.release('fleet')
      case 'rotate':
        this.deps.rotate()
        return null
      case 'stop':
        return null
    }
  }

  #ended(ending: Ending): void {
    const op = this.#running.get(ending.id)
    if (op === undefined) return
    this.#running.delete(ending.id)
    const { clock, ack } = this.deps
    const detail = ending.how === 'superseded' ? 'Another order has taken its place.' : undefined
    ack({
      ts: iso(clock.now()),
      jti: ending.id,
      op,
      result: 'done',
      code: ending.code,
      ...(detail === undefined ? {} : { detail }),
    })
  }

  #ack(jti: string, op: string, result: 'accepted' | 'done'): void {
    this.deps.ack({ ts: iso(this.deps.clock.now()), jti, op, result, code: null })
  }
}
