/**
 * The agent.json that a new station begins with: the commented example, with the rotator and the folder that were asked for.
 * @module
 */
import { TalosError } from '../shared/errors.js'
import type { AgentConfig } from './config.js'
import type { DriverConfig } from './driver-config.js'

/** `host:port` of a rotctld; an IPv6 address stands in brackets. @throws TalosError `config_invalid` */
export function rotctldAt(text: string): DriverConfig {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-f:.]+)\]|([A-Za-z0-9.-]+)):([0-9]{1,5})$/i.exec(text) ?? []
  const host = bracketed ?? plain
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535)
    throw new TalosError('config_invalid', `${text} is not HOST:PORT of a rotctld, such as 127.0.0.1:4533.`)
  return { kind: 'rotctld', host, port: Number(port) }
}

/** A rotator that exists in the agent alone, to try things out; as fast as the mount of the example. */
export const SIMULATED: DriverConfig = { kind: 'simulated', azRate: 6, elRate: 3 }

/** The text of the example, with what is given in place of its own. */
export function starterConfig(
  example: string,
  own: Partial<Pick<AgentConfig, 'driver' | 'dataDir'>>,
): string {
  return Object.entries(own).reduce((text, [key, value]) => {
    // The example has each of them on one line.
    const line = new RegExp(`^ {2}"${key}": .*,$`, 'm')
    if (!line.test(text)) throw new Error(`the example has no line for ${key}`)
    return text.replace(line, () => `  "${key}": ${JSON.stringify(value)},`)
  }, example)
}
