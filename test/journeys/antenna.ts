/**
 * The antenna of a journey: Hamlib's dummy rotator, an agent's configuration for it, and a witness who reads its
 * position past the agent.
 * @module
 */
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import path from 'node:path'
import type { Test } from 'tap'
import type { Mount } from '../../shared/messages.js'
import { DUMMY_MOUNT } from '../support/mounts.js'
import { hasRotctld, startRotctld } from '../support/rotctld.js'
import type { Direction, Place } from './sky.js'

/** The port of a rotctld. Where Hamlib is not installed: null and a skipped test for people, a failed one in CI. */
export async function rotctldPort(t: Test): Promise<number | null> {
  const what = 'needs rotctld (Debian: libhamlib-utils)'
  if (hasRotctld()) return (await startRotctld(t))?.port ?? null
  if (process.env['CI'] === undefined) t.pass(what, { skip: 'Hamlib is not installed' })
  else t.fail(what)
  return null
}

/** Writes an agent.json for a rotctld; returns its path. */
export function agentConfig(
  folder: string,
  port: number,
  name: string,
  site: Place,
  mount: Mount = DUMMY_MOUNT,
): string {
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, 'agent.json')
  const config = {
    name,
    site: { ...site, altM: 0 },
    dataDir: '.',
    driver: { kind: 'rotctld', port },
    mount,
    reconnect: { maxMs: 1000 },
  }
  writeFileSync(file, JSON.stringify(config))
  return file
}

export interface Sight extends Direction {
  /** When it was true: the middle of question and answer, epoch ms. */
  readonly atMs: number
}

/** A connection of its own to rotctld that only ever asks where the rotator is. */
export class Witness {
  private constructor(private readonly socket: Socket) {}

  static async at(t: Test, port: number): Promise<Witness> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    t.teardown(() => socket.destroy())
    await once(socket, 'connect')
    return new Witness(socket.setEncoding('latin1'))
  }

  async look(): Promise<Sight> {
    const asked = Date.now()
    this.socket.write('+\\get_pos\n')
    let answer = ''
    while (!/RPRT -?\d+\n/.test(answer)) answer += (await once(this.socket, 'data'))[0]
    const [az, el] = [/Azimuth: (\S+)/, /Elevation: (\S+)/].map((value) => Number(value.exec(answer)?.[1]))
    if (az === undefined || el === undefined || Number.isNaN(az + el)) throw new Error(answer)
    return { az, el, atMs: (asked + Date.now()) / 2 }
  }
}
