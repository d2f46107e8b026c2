/**
 * The decoders of the drivers, each with honest answers and a second, stricter reader that says whether what was read
 * may have been read from those bytes.
 * @module
 */
import { AnswerReader } from '../../../agent/drivers/hamlib-answer.js'
import { type HamlibRequest, readInfo } from '../../../agent/drivers/hamlib-protocol.js'
import {
  DUMP_STATE,
  GET_INFO,
  GET_POS,
  readPosition,
  readState,
  setPos,
} from '../../../agent/drivers/rotctld-protocol.js'
import { SERIAL_PROTOCOL_NAMES, serialProtocol } from '../../../agent/drivers/serial-protocols.js'
import { GET_FREQ, GET_MODE, readFreq, readMode } from '../../../agent/rig/rigctld-protocol.js'
import type { Pick } from '../random.js'
import { DUMP } from '../rotctld.js'

export interface Lane {
  readonly name: string
  readonly honest: (pick: Pick) => string
  /** What the decoder makes of the pieces; null: no answer yet. Throws DriverError. */
  readonly decode: (pieces: readonly string[]) => unknown
  /** Is what was read within its bounds? */
  readonly isSane: (value: unknown) => boolean
}

/** Every number in it is finite and smaller than a million, except frequencies. */
function isBounded(value: unknown, most = 1e6): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && Math.abs(value) <= most
  if (typeof value === 'string') return value.length <= 100 && /^[\x20-\x7e]*$/.test(value)
  if (value === null) return true
  return typeof value === 'object' && Object.values(value).every((v) => isBounded(v, most))
}

function hamlib(
  name: string,
  request: HamlibRequest,
  honest: Lane['honest'],
  read: (lines: readonly string[]) => unknown,
  most?: number,
): Lane {
  const decode = (pieces: readonly string[]): unknown => {
    const reader = new AnswerReader(request, name)
    for (const piece of pieces) {
      const lines = reader.push(piece)
      if (lines !== null) return read(lines)
    }
    return null
  }
  return { name, honest, decode, isSane: (value) => isBounded(value, most) }
}

const degrees = (pick: Pick): string => (pick(63_000) / 100 - 180).toFixed(2)
const position = (pick: Pick) => `get_pos:\nAzimuth: ${degrees(pick)}\nElevation: ${degrees(pick)}\nRPRT 0\n`

const HAMLIB: readonly Lane[] = [
  hamlib('rotctld get_pos', GET_POS, position, readPosition),
  hamlib('rotctld dump_state', DUMP_STATE, () => DUMP, readState),
  hamlib('rotctld get_info', GET_INFO, () => 'get_info:\nInfo: A rotator\nRPRT 0\n', readInfo),
  hamlib(
    'rotctld set_pos',
    setPos(123.4, 45.6),
    () => 'set_pos: 123.40 45.60\nRPRT 0\n',
    (lines) => {
      if (lines.length > 0 && lines.join('').length > 4096) throw new Error('more than was kept')
      return null
    },
  ),
  hamlib(
    'rigctld get_freq',
    GET_FREQ,
    (pick) => `get_freq:\nFrequency: ${1e8 + pick(1e9)}\nRPRT 0\n`,
    readFreq,
    1e12,
  ),
  hamlib('rigctld get_mode', GET_MODE, () => 'get_mode:\nMode: FM\nPassband: 15000\nRPRT 0\n', readMode),
]

const digits = (value: number): string =>
  String.fromCharCode(...[...String(value).padStart(4, '0')].map(Number))

const HONEST_SERIAL: Readonly<Record<string, Lane['honest']>> = {
  easycomm2: (pick) => `AZ${(pick(4500) / 10).toFixed(1)} EL${(pick(1800) / 10).toFixed(1)}\r\n`,
  gs232a: (pick) => `+0${String(pick(451)).padStart(3, '0')}+0${String(pick(181)).padStart(3, '0')}\r\n`,
  gs232b: (pick) => `AZ=${String(pick(451)).padStart(3, '0')}  EL=${String(pick(181)).padStart(3, '0')}\r\n`,
  rot2prog: (pick) => {
    const steps = String.fromCharCode(pick(10) + 1)
    return `W${digits(pick(9000))}${steps}${digits(pick(5700))}${steps} `
  },
}

const SERIAL: readonly Lane[] = SERIAL_PROTOCOL_NAMES.map((name) => {
  const protocol = serialProtocol(name)
  return {
    name,
    honest: HONEST_SERIAL[name] ?? (() => ''),
    decode: (pieces) => {
      const splitter = protocol.splitter()
      for (const frame of pieces.flatMap((piece) => splitter.push(piece))) {
        const reading = protocol.readPosition(frame)
        if (reading !== null) return reading
      }
      return null
    },
    isSane: (value) => isBounded(value, 1000),
  }
})

export const LANES: readonly Lane[] = [...HAMLIB, ...SERIAL]
