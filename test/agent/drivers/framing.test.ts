import fc from 'fast-check'
import t from 'tap'
import { BlockSplitter, LineSplitter, type Splitter } from '../../../agent/drivers/framing.js'

const LINES = () => new LineSplitter(10)
const BLOCKS = () => new BlockSplitter({ length: 4, first: 'W', last: ' ' })
const all = (splitter: Splitter, pieces: readonly string[]): string[] =>
  pieces.flatMap((piece) => splitter.push(piece))

t.test('a line ends with CR, LF or both, however it is cut; an empty one is none', (t) => {
  t.same(all(LINES(), ['a', 'b\r', '\ncd\n\r\n', 'e']), ['ab', 'cd'])
  t.end()
})

t.test('a line that is too long is dropped to its end, and the next one is whole', (t) => {
  t.same(all(LINES(), ['12345', '678901', '23\nok\n']), ['ok'])
  t.same(all(LINES(), ['1234567890\n']), ['1234567890'], 'the longest that is allowed')
  const splitter = LINES()
  for (let i = 0; i < 1000; i++) t.same(splitter.push('x'.repeat(1000)), [])
  t.end()
})

t.test('after a reset nothing of what came before is left', (t) => {
  const lines = LINES()
  lines.push('half')
  lines.reset()
  t.same(lines.push('whole\n'), ['whole'])
  const blocks = BLOCKS()
  blocks.push('Wa')
  blocks.reset()
  t.same(blocks.push('b Wcd '), ['Wcd '])
  t.end()
})

t.test('a block is found behind garbage and behind half of another block', (t) => {
  t.same(all(BLOCKS(), ['\0xy', 'Wa', 'b ']), ['Wab '])
  t.same(all(BLOCKS(), ['WaWbc ', 'Wde ']), ['Wbc ', 'Wde '])
  t.same(all(BLOCKS(), ['Wabc', 'Wde ']), ['Wde '])
  t.end()
})

t.test('however a stream is cut into pieces, the same frames come out', (t) => {
  const text = fc.array(fc.constantFrom('W', ' ', 'a', '\r', '\n', '\0', 'Wab ', 'line\n'), { maxLength: 60 })
  fc.assert(
    fc.property(text, fc.array(fc.nat(5), { maxLength: 60 }), (parts, cuts) => {
      const stream = parts.join('')
      const pieces: string[] = []
      let at = 0
      for (const cut of cuts) {
        pieces.push(stream.slice(at, at + cut))
        at += cut
      }
      pieces.push(stream.slice(at))
      return [LINES, BLOCKS].every(
        (make) => JSON.stringify(all(make(), pieces)) === JSON.stringify(all(make(), [stream])),
      )
    }),
  )
  t.end()
})
