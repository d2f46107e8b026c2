import t from 'tap'
import { lookedText, makeText, rosterLines } from '../../core/dashboard/logic/roster-lines.js'
import { ID } from './samples.js'

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

t.test('one station is not several, and those that are there already are not made', async (t) => {
  const row = (line: number, stationId?: string) => ({
    ...{ line, name: `Mast ${line}` },
    ...(stationId === undefined ? {} : { stationId }),
  })
  t.equal(makeText([row(2)]), 'Make 1 station')
  t.equal(makeText([row(2), row(3)]), 'Make 2 stations')
  t.equal(makeText([row(2), row(3), row(4, ID)]), 'Make 2 stations and 3 links')
})

t.test('E10: it says how many lines are at fault', async (t) => {
  const rows = [{ line: 2, name: 'North' }]
  t.equal(lookedText(rosterLines({ rows, errors: [] })), '1 line, no errors.')
  const errors = [{ line: 3, column: 'lat', message: 'is no number' }]
  t.match(lookedText(rosterLines({ rows, errors })), '1 of 2 lines with errors.')
})
