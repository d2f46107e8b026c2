import t from 'tap'
import { makeText, rosterLines } from '../../core/dashboard/logic/roster-lines.js'

t.test('E10: errors stand at their lines, in the order of the file', async (t) => {
  const lines = rosterLines({
    rows: [
      { line: 4, name: 'South' },
      { line: 2, name: 'North', recipient: 'Eleni' },
    ],
    errors: [
      { line: 3, column: 'lat', message: 'must be from -90 to 90' },
      { line: 4, column: 'name', message: 'stands twice' },
      { line: 3, column: 'lon', message: 'is missing' },
    ],
  })
  t.same(
    lines.map(({ line, row, faults }) => [line, row?.name ?? null, faults.map(({ column }) => column)]),
    [
      [2, 'North', []],
      [3, null, ['lat', 'lon']],
      [4, 'South', ['name']],
    ],
  )
})

t.test('one station is not several', async (t) => {
  t.equal(makeText(1), 'Make 1 station')
  t.equal(makeText(2), 'Make 2 stations')
})
