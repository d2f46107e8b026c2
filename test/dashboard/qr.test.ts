import t from 'tap'
import { qrDrawing } from '../../core/dashboard/logic/qr.js'

/** The dark modules of a drawing, as rows of true and false. */
function modules({ size, path }: { size: number; path: string }): boolean[][] {
  const rows = Array.from({ length: size }, () => Array<boolean>(size).fill(false))
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
    for (let i = 0; i < Number(length); i++) {
      const row = rows[Number(y)] as boolean[]
      row[Number(x) + i] = true
    }
  return rows
}

const QUIET = 4
const FINDER = ['#######', '#     #', '# ### #', '# ### #', '# ### #', '#     #', '#######']

t.test('A36: a QR code has its three finders and four light modules around it', (t) => {
  const drawing = qrDrawing(`https://talos.example.org/pair#${'Az09-_'.repeat(7)}A`)
  const rows = modules(drawing)
  const far = drawing.size - QUIET - FINDER.length
  for (const [left, top] of [
    [QUIET, QUIET],
    [far, QUIET],
    [QUIET, far],
  ] as const) {
    const seen = FINDER.map((line, y) =>
      [...line].map((_, x) => (rows[top + y]?.[left + x] ? '#' : ' ')).join(''),
    )
    t.same(seen, FINDER)
  }
  const edge = rows.flatMap((row, y) =>
    row.filter((dark, x) => dark && Math.min(x, y, drawing.size - 1 - x, drawing.size - 1 - y) < QUIET),
  )
  t.same(edge, [])
  t.equal((drawing.size - 2 * QUIET - 17) % 4, 0, 'a size of the standard')
  t.end()
})

t.test('A36: another text is another code; an empty one is none', (t) => {
  t.not(qrDrawing('a').path, qrDrawing('b').path)
  t.throws(() => qrDrawing(''), /empty/)
  t.end()
})
