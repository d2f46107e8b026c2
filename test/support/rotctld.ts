/**
 * Rotators for tests: Hamlib's own rotctld with its dummy, and one on a real socket that does as the test says.
 * @module
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { answers, freePort } from './ports.js'

/** Is Hamlib's rotctld installed? */
export const hasRotctld = (): boolean => spawnSync('rotctld', ['--version']).status === 0

export interface RealRotctld {
  readonly port: number
  readonly kill: () => Promise<void>
  /** Starts it again on the same port. */
  readonly revive: () => Promise<void>
}

/** What is ended when this is: a test of tap, or a bench. */
export interface Scope {
  teardown(end: () => Promise<void>): unknown
}
interface HamlibScope extends Scope {
  comment(text: string): unknown
}

/** Starts `rotctld -m 1` (the dummy, 6 degrees a second). Null, with a comment, where Hamlib is not installed. */
export const startRotctld = (t: HamlibScope): Promise<RealRotctld | null> => startHamlib(t, 'rotctld')

/** Starts `rigctld -m 1` (the dummy), as `startRotctld`. */
export const startRigctld = (t: HamlibScope, ...args: string[]): Promise<RealRotctld | null> =>
  startHamlib(t, 'rigctld', ...args)

async function startHamlib(
  t: HamlibScope,
  program: 'rotctld' | 'rigctld',
  ...more: string[]
): Promise<RealRotctld | null> {
  if (!hasRotctld()) {
    t.comment(`${program} is not installed (Debian: libhamlib-utils); this test is skipped`)
    return null
  }
  const port = await freePort()
  const args = ['-m', '1', '-T', '127.0.0.1', '-t', String(port), ...more]
  let daemon: ChildProcess | null = null
  const revive = async () => {
    const child = spawn(program, args, { stdio: 'ignore' })
    daemon = child
    while (!(await answers(port))) if (child.exitCode !== null) throw new Error(`${program} did not start`)
  }
  const kill = async () => {
    const child = daemon
    daemon = null
    if (child === null || child.exitCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  t.teardown(kill)
  await revive()
  return { port, kill, revive }
}

/** What to write for one line; null says nothing, `end` hangs up. */
export type Reply = string | readonly string[] | null | 'end'

export const DUMP =
  'dump_state:\nrotctld Protocol Ver: 1\nRotor Model: 1\nMinimum Azimuth: -180.000000\nMaximum Azimuth: 450.000000\nMinimum Elevation: 0.000000\nMaximum Elevation: 90.000000\nSouth Zero: 0\nrot_type=AzEl\ndone\nRPRT 0\n'
export const INFO = 'get_info:\nInfo: A rotator of the test\nRPRT 0\n'

/** An honest answer to each line, position 10, 20. */
export function honest(line: string): string {
  if (line === '+\\dump_state') return DUMP
  if (line === '+\\get_info') return INFO
  if (line === '+\\get_pos') return 'get_pos:\nAzimuth: 10.00\nElevation: 20.00\nRPRT 0\n'
  if (line === '+\\stop') return 'stop:\nRPRT 0\n'
  if (line === '+\\park') return 'park:\nRPRT 0\n'
  return `${line.replace('+\\set_pos', 'set_pos:')}\nRPRT 0\n`
}

export interface FakeRotctld {
  readonly port: number
  /** Every line that was received, in order. */
  readonly lines: string[]
  readonly connections: () => number
  /** Lines that came before the answer to the one before was complete. */
  readonly overlaps: () => number
  /** Writes to every client without being asked. */
  readonly say: (text: string) => void
  /** Resolves when a client has gone. */
  readonly left: () => Promise<unknown>
}

/** A rotctld that answers with `reply`. A list is written piece by piece, each in a segment of its own. */
export async function fakeRotctld(t: Scope, reply: (line: string) => Reply): Promise<FakeRotctld> {
  const sockets = new Set<Socket>()
  const lines: string[] = []
  let connections = 0
  let overlaps = 0
  let answering = 0
  const server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    let rest = ''
    socket.on('data', async (chunk) => {
      rest += chunk.toString('latin1')
      for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
        const line = rest.slice(0, end)
        rest = rest.slice(end + 1)
        lines.push(line)
        if (answering > 0) overlaps += 1
        answering += 1
        const answer = reply(line)
        if (answer === 'end') socket.destroy()
        const pieces = typeof answer === 'string' ? [answer] : (answer ?? [])
        for (const piece of answer === 'end' ? [] : pieces) {
          if (socket.destroyed) break
          // The last piece ends the answer: the next line may come as soon as it is out.
          if (piece === pieces.at(-1)) answering = 0
          await new Promise((resolve) => socket.write(piece, resolve))
          await new Promise(setImmediate)
        }
        answering = 0
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return {
    port: (server.address() as { port: number }).port,
    lines,
    left: () => Promise.race([...sockets].map((socket) => once(socket, 'close'))),
    connections: () => connections,
    overlaps: () => overlaps,
    say: (text) => {
      for (const socket of sockets) socket.write(text)
    },
  }
}
