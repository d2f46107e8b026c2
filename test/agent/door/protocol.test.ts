import t from 'tap'
import {
  infoAnswer,
  numberAnswer,
  positionAnswer,
  type Request,
  RPRT,
  readLine,
  stateAnswer,
} from '../../../agent/door/protocol.js'
import { fieldOf, isEnd, readAnswer } from '../../../agent/drivers/hamlib-protocol.js'
import {
  DUMP_STATE,
  GET_POS,
  readPosition,
  readState,
  setPos,
} from '../../../agent/drivers/rotctld-protocol.js'

const LIMITS = { azMin: -180, azMax: 450, elMin: 0, elMax: 90 }
const SHOWN = { limits: LIMITS, info: 'Talos agent: a mount' }

function asked(line: string): Request {
  const request = readLine(line)
  if (request === null) throw new Error(`${line} asks nothing`)
  return request
}

t.test('what clients of rotctld say is understood', (t) => {
  const said: [string, object][] = [
    // Hamlib's netrotctl.c
    ['\\dump_state', { kind: 'dump_state' }],
    ['p', { kind: 'get_pos' }],
    ['P 100.000000 30.000000', { kind: 'set_pos', goal: { az: 100, el: 30 } }],
    ['S', { kind: 'stop' }],
    ['K', { kind: 'park' }],
    ['_', { kind: 'get_info' }],
    ['q', { kind: 'quit' }],
    // Gpredict
    ['P  12.34  56.78', { kind: 'set_pos', goal: { az: 12.34, el: 56.78 } }],
    ['p\r', { kind: 'get_pos' }],
    // people
    ['+\\get_pos', { kind: 'get_pos' }],
    [';\\set_pos -10 5', { kind: 'set_pos', goal: { az: -10, el: 5 } }],
    ['|S', { kind: 'stop' }],
    [',\\park', { kind: 'park' }],
  ]
  for (const [line, kind] of said) t.match(asked(line).asked, kind, line)
  for (const nothing of ['', '  ', '# a comment']) t.equal(readLine(nothing), null)
  t.end()
})

t.test('field 1.1: C, w, R, M and all that is not on the list are not available', (t) => {
  for (const line of [
    'C max_az 720',
    '\\set_conf min_el -90',
    'w \\x01',
    '\\send_cmd abc',
    'R 1',
    '\\reset 1',
    'M 2 100',
    '\\move 16 -1',
    '1',
    '\\dump_caps',
    's',
    '\\get_status',
    '\\set_level SPEED 4',
    'V',
    'Z',
    '\\',
    '\\set_position 1 2',
    'P10 20',
    '++p',
    '+',
  ])
    t.same(asked(line).asked, { kind: 'refused', rprt: RPRT.ENAVAIL }, line)
  t.end()
})

t.test('G1: what is no plain number, and a second command on the line, moves nothing', (t) => {
  for (const line of [
    'P',
    'P 10',
    'P nan nan',
    'P inf 0',
    'P 0x10 5',
    'P 1e2 45',
    'P 10,5 20',
    'P 1 2 S',
    'P 10 20 30',
    'P 99999 0',
    'P --1 2',
    '+P a b',
    'p 1',
    'S S',
    'P 1\u00002 3',
    'P 1 2\u0007',
  ])
    t.same(asked(line).asked, { kind: 'refused', rprt: RPRT.EINVAL }, JSON.stringify(line))
  t.end()
})

t.test('answers are those of rotctld 4.5.4, in each of its forms', (t) => {
  t.equal(positionAnswer(asked('p'), { az: 4.806, el: -1 }), '4.81\n-1.00\n')
  t.equal(
    positionAnswer(asked('+p'), { az: 4.806, el: 0 }),
    'get_pos:\nAzimuth: 4.81\nElevation: 0.00\nRPRT 0\n',
  )
  t.equal(positionAnswer(asked(';p'), { az: 0, el: 0 }), 'get_pos:;Azimuth: 0.00;Elevation: 0.00;RPRT 0\n')
  t.equal(numberAnswer(asked('P 10 20'), 0), 'RPRT 0\n')
  t.equal(numberAnswer(asked('+P 10 20'), -1), 'set_pos: 10 20\nRPRT -1\n')
  t.equal(numberAnswer(asked(',P 10 20'), 0), 'set_pos: 10 20,RPRT 0\n')
  t.equal(numberAnswer(asked('|S'), 0), 'stop:|RPRT 0\n')
  t.equal(numberAnswer(asked('+Z'), -11), 'RPRT -11\n')
  t.equal(infoAnswer(asked('_'), SHOWN), 'Talos agent: a mount\n')
  t.equal(infoAnswer(asked('+_'), SHOWN), 'get_info:\nInfo: Talos agent: a mount\nRPRT 0\n')
  t.equal(
    stateAnswer(asked('\\dump_state'), SHOWN),
    '1\n2\nmin_az=-180.000000\nmax_az=450.000000\nmin_el=0.000000\nmax_el=90.000000\nsouth_zero=0\nrot_type=AzEl\ndone\n',
  )
  t.end()
})

t.test('our own driver reads what the door says, and the door what our driver says', (t) => {
  const lines = (text: string) => text.trimEnd().split('\n')
  const state = stateAnswer(asked(DUMP_STATE.line.trimEnd()), SHOWN)
  t.match(readState(readAnswer(DUMP_STATE, lines(state))), { model: 2, limits: LIMITS })
  const position = positionAnswer(asked(GET_POS.line.trimEnd()), { az: 10, el: 20 })
  t.same(readPosition(readAnswer(GET_POS, lines(position))), { az: 10, el: 20 })
  const move = setPos(10, 20)
  t.same(readAnswer(move, lines(numberAnswer(asked(move.line.trimEnd()), 0))), [])
  t.equal(fieldOf(lines(infoAnswer(asked('+_'), SHOWN)), 'Info'), SHOWN.info)
  t.ok(isEnd(numberAnswer(asked('R 1'), -11).trimEnd()))
  t.end()
})
