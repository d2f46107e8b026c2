/**
 * SPID Rot2Prog (the manufacturer's protocol description): blocks of 13 bytes to the controller and 12 from it, angles
 * as four digits from -360 degrees. The controller tells with each answer in how many steps it divides a degree.
 * @module
 */
import type { StepsPerDegree } from '../../shared/mount/grid.js'
import { BlockSplitter } from './framing.js'
import type { ControllerReading, SerialProtocol } from './serial-protocol.js'

const FIRST = 'W'
const LAST = ' '
const STOP = '\x0f'
const STATUS = '\x1f'
const SET = '\x2f'

/** Ten steps a degree with four digits reach 639 degrees, beyond the travel of any SPID. */
const MOST_STEPS = 10

const bare = (command: string): string => `${FIRST}${'\0'.repeat(10)}${command}${LAST}`

/** Four digits, ASCII, of the steps from -360 degrees, and the number of steps a degree. */
const angle = (degrees: number, steps: number): string =>
  Math.round((degrees + 360) * steps)
    .toString()
    .padStart(4, '0') + String.fromCharCode(steps)

/** Hundreds, tens, ones and tenths as plain numbers; null when one of them is no digit. */
function degreesOf(digits: string): number | null {
  const [hundreds = 10, tens = 10, ones = 10, tenths = 10] = [...digits].map((c) => c.charCodeAt(0))
  if (Math.max(hundreds, tens, ones, tenths) > 9) return null
  return (hundreds * 1000 + tens * 100 + ones * 10 + tenths - 3600) / 10
}

const isSteps = (steps: number): boolean => steps >= 1 && steps <= MOST_STEPS

function readStatus(block: string): ControllerReading | null {
  const az = degreesOf(block.slice(1, 5))
  const el = degreesOf(block.slice(6, 10))
  const steps: StepsPerDegree = { az: block.charCodeAt(5), el: block.charCodeAt(10) }
  return az === null || el === null || !isSteps(steps.az) || !isSteps(steps.el) ? null : { az, el, steps }
}

export const rot2prog: SerialProtocol = {
  name: 'SPID Rot2Prog',
  baudRate: 600,
  // As Hamlib has them (rotators/spid).
  travel: { azMin: -180, azMax: 540, elMin: -20, elMax: 210 },
  reach: { azMin: -180, azMax: 540, elMin: -20, elMax: 210 },
  splitter: () => new BlockSplitter({ length: 12, first: FIRST, last: LAST }),

  askPosition: bare(STATUS),
  readPosition: readStatus,
  move: ({ az, el }, steps) => `${FIRST}${angle(az, steps.az)}${angle(el, steps.el)}${SET}${LAST}`,
  stop: bare(STOP),
  answersStop: true,
  park: null,
}
