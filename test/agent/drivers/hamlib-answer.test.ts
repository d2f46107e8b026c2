import fc from 'fast-check'
import t from 'tap'
import type { DriverError } from '../../../agent/drivers/fault.js'
import { AnswerReader } from '../../../agent/drivers/hamlib-answer.js'
import { plain } from '../../../agent/drivers/hamlib-protocol.js'

const HONEST = 'get_pos:\nAzimuth: 1.00\nElevation: 2.00\nRPRT 0\n'
const reader = () => new AnswerReader(plain('get_pos'), 'rotctld')
const faultOf = (piece: string): string => {
  try {
    reader().push(piece)
    return 'none'
  } catch (cause) {
    return (cause as DriverError).fault
  }
}

t.test('however an answer is cut, it is complete with its last byte and not before', (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: HONEST.length - 1 })), (cuts) => {
      const edges = [...new Set([0, ...cuts, HONEST.length])].sort((a, b) => a - b)
      const r = reader()
      const answers = edges.slice(1).map((to, i) => r.push(HONEST.slice(edges[i], to)))
      const last = answers.pop()
      return (
        answers.every((a) => a === null) && JSON.stringify(last) === '["Azimuth: 1.00","Elevation: 2.00"]'
      )
    }),
  )
  t.end()
})

t.test('more than was asked, another answer, or no end to it: each is another conversation', (t) => {
  t.equal(faultOf(`${HONEST}get_pos:\n`), 'desynchronised')
  t.equal(faultOf(HONEST + HONEST), 'desynchronised')
  t.equal(faultOf(HONEST.replace('get_pos', 'stop')), 'desynchronised')
  t.equal(faultOf('x'.repeat(5000)), 'desynchronised')
  t.equal(faultOf(`get_pos:\n${'Azimuth: 1.00\n'.repeat(500)}`), 'desynchronised')
  t.equal(faultOf('get_pos:\nRPRT -5\n'), 'timeout')
  t.end()
})
