/**
 * Time that stands still while there is work, and jumps to the next timer when there is none: a day of a fleet in
 * minutes, with programs that are slow at nothing. Everything in this process lives by it: our own clocks, and the timers
 * of the libraries too.
 *
 * Work is: a query at the database, a request at a server of ours, a question at a thread, cryptography, a file, and
 * bytes that were sent from one socket of this process to another.
 * @module
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Server } from 'node:http'
import type { Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import pg from 'pg'
import type { Clock } from '../../shared/time.js'
import { SocketLines } from './socket-lines.js'

/** Turns of the event loop without any sign of work before time goes on: a packet crosses the broker in three. */
const CALM_TURNS = 5
/** What is due within this is done together, at the latest moment of it: the delay of a somewhat busy machine. */
const TOGETHER_MS = 5
/** Bytes on their way are waited for as long as this, in truth: somebody may have stopped reading until a timer fires. */
const MOST_TRANSIT_TURNS = 50
/** So many turns of waiting without a pause; then the processor is left to the database. */
const HASTE = 40

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  setImmediate: globalThis.setImmediate,
}

class SimulatedTimer {
  constructor(
    readonly time: SimulatedTime,
    readonly call: () => void,
    readonly delay: number,
    readonly repeats: boolean,
    public due: number,
    readonly order: number,
  ) {}

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  hasRef(): boolean {
    return true
  }

  refresh(): this {
    this.time.arm(this)
    return this
  }

  close(): this {
    this.time.disarm(this)
    return this
  }

  [Symbol.toPrimitive](): number {
    return this.order
  }
}

type Callable = (...args: unknown[]) => unknown
type Holder = Record<string, Callable>

export class SimulatedTime implements Clock {
  readonly #armed = new Set<SimulatedTimer>()
  readonly #byOrder = new Map<number, SimulatedTimer>()
  readonly #undo: (() => void)[] = []
  #now: number
  #order = 1
  /** What was begun and has not ended. */
  #busy = 0
  /** Grows with every byte that arrives. */
  #stirs = 0
  #errors: unknown[] = []
  readonly #lines = new SocketLines()
  /** So many bytes nobody read when they were last waited for. */
  #unread = 0

  constructor(private readonly startMs: number) {
    this.#now = startMs
  }

  now(): number {
    return Math.floor(this.#now)
  }

  monotonic(): number {
    return this.#now - this.startMs
  }

  /** Takes the timers of this process over, and begins to watch what it does. */
  install(): void {
    const arm =
      (repeats: boolean) =>
      (call: Callable, delay?: number, ...args: unknown[]): SimulatedTimer => {
        const ms = Math.max(1, Math.min(Number(delay) || 1, 2 ** 31 - 1))
        const timer = new SimulatedTimer(this, () => call(...args), ms, repeats, 0, this.#order++)
        this.arm(timer)
        return timer
      }
    const disarm = (timer: SimulatedTimer | number | undefined) => {
      const found = typeof timer === 'number' ? this.#byOrder.get(timer) : timer
      if (found instanceof SimulatedTimer) this.disarm(found)
    }
    Object.assign(globalThis, {
      setTimeout: arm(false),
      setInterval: arm(true),
      clearTimeout: disarm,
      clearInterval: disarm,
    })
    this.#undo.push(() => {
      const { setImmediate: _, ...timers } = real
      Object.assign(globalThis, timers)
    })
    this.#watch(pg.Pool.prototype, ['query', 'connect'])
    this.#watch(pg.Client.prototype, ['query', 'connect'])
    this.#watch(Object.getPrototypeOf(crypto.subtle), [
      'sign',
      'verify',
      'digest',
      'importKey',
      'generateKey',
    ])
    this.#watchThreads()
    this.#watchServers()
    this.#watchSockets()
  }

  /** Gives everything back. What is still armed never fires. */
  uninstall(): void {
    for (const undo of this.#undo.reverse()) undo()
    this.#armed.clear()
  }

  arm(timer: SimulatedTimer): void {
    timer.due = this.#now + timer.delay
    this.#armed.add(timer)
    this.#byOrder.set(timer.order, timer)
  }

  disarm(timer: SimulatedTimer): void {
    this.#armed.delete(timer)
    this.#byOrder.delete(timer.order)
  }

  /** Work that is seen by nobody else; time stands still until it is done, so it must not wait for time itself. */
  async whole<T>(work: Promise<T>): Promise<T> {
    const { begin, end } = this.#work()
    begin()
    try {
      return await work
    } finally {
      end()
    }
  }

  /** Lets time go on until something has come about. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false
    const settled = promise.finally(() => {
      isSettled = true
    })
    settled.catch(() => undefined)
    await this.calm()
    while (!isSettled) {
      await this.#step(Number.POSITIVE_INFINITY)
      await this.calm()
    }
    return await settled
  }

  /** Lets time go on to a moment, epoch ms. */
  async goTo(ms: number): Promise<void> {
    await this.calm()
    while (this.#now < ms) {
      await this.#step(ms)
      await this.calm()
    }
  }

  /** Resolves when there is no work left at this moment. */
  async calm(): Promise<void> {
    for (let calm = 0, turns = 0; calm < CALM_TURNS; turns++) {
      const before = this.#stirs
      await new Promise<void>((resolve) =>
        turns > HASTE && this.#busy > 0 ? real.setTimeout(resolve, 1) : real.setImmediate(resolve),
      )
      calm = this.#busy > 0 || before !== this.#stirs || requests() > 0 ? 0 : calm + 1
      if (calm === CALM_TURNS && (await this.#haveArrived())) calm = 0
    }
    const [error] = this.#errors.splice(0)
    if (error !== undefined) throw error
  }

  /** Waits for bytes that a loaded machine delivers late. @returns whether there were any */
  async #haveArrived(): Promise<boolean> {
    let unread = this.#lines.onTheWay()
    const isNew = unread > 0 && unread !== this.#unread
    for (let turn = 0; isNew && unread > 0 && turn < MOST_TRANSIT_TURNS; turn++) {
      await new Promise<void>((resolve) => real.setTimeout(resolve, 1))
      unread = this.#lines.onTheWay()
    }
    this.#unread = unread
    return isNew
  }

  async #step(limit: number): Promise<void> {
    let first = Number.POSITIVE_INFINITY
    for (const { due } of this.#armed) if (due < first) first = due
    if (first === Number.POSITIVE_INFINITY && limit === first)
      throw new Error('nothing will ever happen again')
    this.#now = Math.max(this.#now, Math.min(first + TOGETHER_MS, limit))
    const due = [...this.#armed].filter((timer) => timer.due <= this.#now)
    for (const timer of due.sort((a, b) => a.due - b.due || a.order - b.order)) {
      // One before it may have ended it.
      if (!this.#armed.has(timer)) continue
      if (timer.repeats) timer.due = Math.max(timer.due, this.#now - timer.delay) + timer.delay
      else this.disarm(timer)
      try {
        timer.call()
      } catch (error) {
        this.#errors.push(error)
      }
    }
  }

  #replace(holder: object, name: string, make: (before: Callable) => Callable): void {
    const on = holder as Holder
    const before = on[name]
    if (before === undefined) throw new Error(`there is no ${name} to watch`)
    const isOwn = Object.hasOwn(on, name)
    on[name] = make(before)
    this.#undo.push(() => {
      if (isOwn) on[name] = before
      else delete on[name]
    })
  }

  /** Functions that give a promise are work until it is settled. */
  #watch(holder: object, names: readonly string[]): void {
    const { begin, end } = this.#work()
    for (const name of names)
      this.#replace(
        holder,
        name,
        (before) =>
          function (this: unknown, ...args: unknown[]) {
            const result = before.apply(this, args)
            if (result instanceof Promise) {
              begin()
              result.then(end, end)
            }
            return result
          },
      )
  }

  #work(): { begin: () => void; end: () => void } {
    return {
      begin: () => {
        this.#busy += 1
      },
      end: () => {
        this.#busy -= 1
        this.#stirs += 1
      },
    }
  }

  /** A thread has work until it has answered each message, or has ended. */
  #watchThreads(): void {
    const asked = new WeakMap<object, number>()
    const { begin, end } = this.#work()
    this.#replace(
      Worker.prototype,
      'postMessage',
      (before) =>
        function (this: object, ...args: unknown[]) {
          asked.set(this, (asked.get(this) ?? 0) + 1)
          begin()
          return before.apply(this, args)
        },
    )
    this.#replace(
      Worker.prototype,
      'emit',
      (before) =>
        function (this: object, ...args: unknown[]) {
          const left = asked.get(this) ?? 0
          const done = args[0] === 'message' ? Math.min(1, left) : args[0] === 'exit' ? left : 0
          asked.set(this, left - done)
          const result = before.apply(this, args)
          for (let i = 0; i < done; i++) end()
          return result
        },
    )
  }

  #watchServers(): void {
    const { begin, end } = this.#work()
    this.#replace(
      Server.prototype,
      'emit',
      (before) =>
        function (this: unknown, ...args: unknown[]) {
          if (args[0] === 'request') {
            begin()
            ;(args[2] as NodeJS.EventEmitter).once('close', end)
          }
          return before.apply(this, args)
        },
    )
  }

  /** The bytes that arrive at any socket of this process. */
  #watchSockets(): void {
    const watch = (socket: Socket, how: 'dialled' | 'answered') => {
      this.#lines[how](socket)
      const push = socket.push.bind(socket)
      socket.push = (...args) => {
        this.#stirs += 1
        return push(...args)
      }
    }
    for (const [channel, how] of [
      ['net.client.socket', 'dialled'],
      ['net.server.socket', 'answered'],
    ] as const) {
      const act = (message: unknown) => watch((message as { readonly socket: Socket }).socket, how)
      subscribe(channel, act)
      this.#undo.push(() => unsubscribe(channel, act))
    }
  }
}

/** Files, names and connections that are waited for, as Node itself counts them. */
const requests = (): number =>
  (process as unknown as { _getActiveRequests(): readonly unknown[] })._getActiveRequests().length
