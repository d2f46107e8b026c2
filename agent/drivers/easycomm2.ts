/**
 * EasyComm II (Chris Jackson, G7UPN, 1999): lines of text with tenths of a degree. A set is not answered; a question is
 * the same words without numbers.
 * @module
 */
import { DriverError } from './fault.js'
import { LineSplitter } from './framing.js'
import { printable } from './hamlib-protocol.js'
import type { SerialProtocol } from './serial-protocol.js'

const STEPS = { az: 10, el: 10 }
/** The longest line seen is a position with the frequencies of both radios behind it. */
const MOST_BYTES = 80

const POSITION = /^AZ ?(-?\d{1,3}(?:\.\d{1,4})?) +EL ?(-?\d{1,3}(?:\.\d{1,4})?)(?: .*)?$/
/** EasyComm III tells alarms and errors so, and devices that speak II do, too. */
const ALARM = /^(?:AL|ER)/

export const easycomm2: SerialProtocol = {
  name: 'EasyComm II',
  baudRate: 9600,
  // As Hamlib has them (rotators/easycomm).
  travel: { azMin: 0, azMax: 360, elMin: 0, elMax: 180 },
  reach: { azMin: -360, azMax: 720, elMin: -90, elMax: 180 },
  splitter: () => new LineSplitter(MOST_BYTES),

  askPosition: 'AZ EL \n',
  readPosition: (line) => {
    if (ALARM.test(line))
      throw new DriverError('rejected', -9, `the controller reports ${printable(line, 40)}`)
    const [, az, el] = POSITION.exec(line) ?? []
    return az === undefined || el === undefined ? null : { az: Number(az), el: Number(el), steps: STEPS }
  },
  move: ({ az, el }) => `AZ${az.toFixed(1)} EL${el.toFixed(1)}\n`,
  stop: 'SA SE \n',
  answersStop: false,
  park: 'PARK\n',
}
