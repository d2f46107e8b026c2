/**
 * Yaesu GS-232A and GS-232B (the manuals of both): whole degrees; `W` sets both axes, `C2` asks for both, `S` stops
 * both. They differ in how they answer.
 * @module
 */
import { DriverError } from './fault.js'
import { LineSplitter } from './framing.js'
import type { SerialProtocol } from './serial-protocol.js'

const STEPS = { az: 1, el: 1 }
const MOST_BYTES = 40

/** `+0123+0045`; clones with a negative elevation put the sign there. */
const POSITION_A = /^\+0(\d{3})([+-]0\d{3})$/
/** `AZ=123  EL=045`, with or without the spaces. */
const POSITION_B = /^AZ=(\d{3}) {0,4}EL=(-?\d{2,3})$/

const threeDigits = (degrees: number): string => String(degrees).padStart(3, '0')

/** Where a mount stands west of north, the controller shows 270 to 359; beyond that it has no numbers for it. */
const shown = (az: number): number => (az < 0 ? az + 360 : az)

interface Variant {
  readonly name: string
  readonly answer: RegExp
  readonly other: { readonly name: string; readonly answer: RegExp }
}

const gs232 = ({ name, answer, other }: Variant): SerialProtocol => ({
  name,
  baudRate: 9600,
  travel: { azMin: 0, azMax: 450, elMin: 0, elMax: 180 },
  reach: { azMin: -180, azMax: 450, elMin: 0, elMax: 180 },
  splitter: () => new LineSplitter(MOST_BYTES),

  askPosition: 'C2\r',
  readPosition: (line) => {
    if (line === '?>')
      throw new DriverError('rejected', -9, 'the controller answered ?>: it did not understand')
    const [, az, el] = answer.exec(line) ?? []
    if (az !== undefined && el !== undefined) return { az: Number(az), el: Number(el), steps: STEPS }
    if (other.answer.test(line))
      throw new DriverError(
        'wrong_model',
        -2,
        `the controller answers as a ${other.name} does; correct "protocol" in agent.json`,
      )
    return null
  },
  move: ({ az, el }) => `W${threeDigits(shown(az))} ${threeDigits(el)}\r`,
  stop: 'S\r',
  answersStop: false,
  park: null,
})

const A = { name: 'Yaesu GS-232A', answer: POSITION_A }
const B = { name: 'Yaesu GS-232B', answer: POSITION_B }

export const gs232a: SerialProtocol = gs232({ ...A, other: B })
export const gs232b: SerialProtocol = gs232({ ...B, other: A })
