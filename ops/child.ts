/**
 * A program of ours as a child process: started, waited for until it is ready, ended and waited for.
 * @module
 */
import { type ChildProcess, fork, type StdioOptions } from 'node:child_process'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

/** The bin of the package; this file is compiled to build/ops/. */
export const TALOS_BIN = fileURLToPath(new URL('../../ops/talos.mjs', import.meta.url))

/** What a program says to its parent when it can be used. */
export const readySchema = z.looseObject({
  ready: z.literal(true),
  url: z.string().optional(),
  mqttUrl: z.string().optional(),
  ownerLink: z.string().nullish(),
})
export type Ready = z.infer<typeof readySchema>

/** Then it is killed: a program has 10 s to let what is in flight end (design section 2), and a little more. */
const KILL_AFTER_MS = 12_000

export interface ChildOptions {
  readonly name: string
  readonly args: readonly string[]
  readonly env: Record<string, string | undefined>
  readonly stdio?: StdioOptions
}

export class Child {
  private process: ChildProcess | undefined
  private exit: Promise<number> = Promise.resolve(0)

  constructor(readonly options: ChildOptions) {}

  /** Starts it and waits until it is ready. @throws Error with its exit code when it ends before */
  async start(): Promise<Ready> {
    const { name, args, env, stdio } = this.options
    const child = fork(TALOS_BIN, [...args], {
      env: { ...process.env, ...env },
      stdio: stdio ?? ['ignore', 'inherit', 'inherit', 'ipc'],
      // Its own process group: Ctrl-C reaches us alone, and we end them in order.
      detached: true,
    })
    this.process = child
    this.exit = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)))
      child.once('error', () => resolve(1))
    })
    return new Promise((resolve, reject) => {
      child.on('message', (message) => {
        const ready = readySchema.safeParse(message)
        if (ready.success) resolve(ready.data)
      })
      void this.exit.then((code) => reject(new Error(`${name} ended with code ${code} before it was ready`)))
    })
  }

  /** Its exit code, once it has ended. */
  get exited(): Promise<number> {
    return this.exit
  }

  /** What it prints, where `stdio` says `pipe`. */
  get output(): Readable | null {
    return this.process?.stdout ?? null
  }

  get pid(): number | undefined {
    return this.process?.pid
  }

  /** Asks its child a question over the channel between them and waits for the answer of that kind. */
  ask<T extends z.ZodType>(question: object, answer: T): Promise<z.infer<T>> {
    const child = this.process
    if (child === undefined) return Promise.reject(new Error(`${this.options.name} does not run`))
    return new Promise((resolve, reject) => {
      const listener = (message: unknown) => {
        const parsed = answer.safeParse(message)
        if (!parsed.success) return
        child.off('message', listener)
        resolve(parsed.data)
      }
      child.on('message', listener)
      void this.exit.then(() => reject(new Error(`${this.options.name} ended`)))
      child.send(question)
    })
  }

  /** SIGTERM, and SIGKILL when that does not help. Resolves when it has ended. */
  async stop(): Promise<number> {
    const child = this.process
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return this.exit
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS)
    const code = await this.exit
    clearTimeout(timer)
    return code
  }
}
