/**
 * The agent.json that a new station begins with: the commented example, with the rotator that was asked for.
 * @module
 */
import { TalosError } from '../shared/errors.js'
import type { DriverConfig } from './config.js'

/** The example has its driver on one line. */
const DRIVER_LINE = /^ {2}"driver": \{.*\},$/m

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

/** The text of the example; with `driver` in place of its own when one is given. */
export function starterConfig(example: string, driver: DriverConfig | null): string {
  if (driver === null) return example
  if (!DRIVER_LINE.test(example)) throw new Error('the example has no line for its driver')
  return example.replace(DRIVER_LINE, () => `  "driver": ${JSON.stringify(driver)},`)
}
