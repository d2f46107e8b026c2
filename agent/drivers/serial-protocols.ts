/**
 * The controllers that the agent speaks to over a serial line, by the name that agent.json has for them.
 * @module
 */
import { easycomm2 } from './easycomm2.js'
import { gs232a, gs232b } from './gs232.js'
import { rot2prog } from './rot2prog.js'
import type { SerialProtocol } from './serial-protocol.js'

export const SERIAL_PROTOCOL_NAMES = ['easycomm2', 'gs232a', 'gs232b', 'rot2prog'] as const
export type SerialProtocolName = (typeof SERIAL_PROTOCOL_NAMES)[number]

const PROTOCOLS: Readonly<Record<SerialProtocolName, SerialProtocol>> = {
  easycomm2,
  gs232a,
  gs232b,
  rot2prog,
}

export const serialProtocol = (name: SerialProtocolName): SerialProtocol => PROTOCOLS[name]
