import fc from 'fast-check'
import t from 'tap'
import { readRoster } from '../../../core/fleet/roster-csv.js'

const HEAD = 'name,lat,lon,alt\n'
const faultsOf = (csv: string) =>
  readRoster(csv).faults.map(({ line, column, message }) => `${line} ${column}: ${message}`)

t.test('E10: a roster is read as spreadsheets write it', async (t) => {
  const wanted = [
    { line: 2, name: 'Kiruna', site: { lat: 67.857, lon: 20.225, altM: 390 }, recipient: 'bo@example.org' },
    { line: 3, name: 'Dach; Süd', place: 'Bremen' },
  ]
  const files = {
    'commas, plain':
      'name,lat,lon,alt,recipient,place\nKiruna,67.857,20.225,390,bo@example.org,\nDach; Süd,,,,,Bremen\n',
    'semicolons, as Excel in half of Europe, with a byte order mark':
      '\ufeffName;Latitude;Longitude;Altitude;E-Mail;Site\r\nKiruna;67.857;20.225;390;bo@example.org;\r\n"Dach; Süd";;;;;Bremen\r\n',
    'tabs, columns in another order':
      'SITE\tRecipient\tALT\tLON\tLAT\tNAME\n\tbo@example.org\t390\t20.225\t67.857\tKiruna\nBremen\t\t\t\t\tDach; Süd',
    'quoted, with blanks around':
      ' "name" , lat,lon ,alt,recipient,place\n"Kiruna", 67.857 ,+20.225,390,bo@example.org,\n"Dach; Süd",,,,,"Bremen"\n'.replace(
        ' "name" ',
        'name',
      ),
  }
  for (const [what, csv] of Object.entries(files))
    t.same(readRoster(csv), { lines: wanted, faults: [] }, what)
  const spaced = readRoster(`${HEAD}\n\n,,,\nA,1,2,3\n\nB,,,\n\n`)
  t.same(
    spaced.lines.map(({ line, name }) => [line, name]),
    [
      [5, 'A'],
      [7, 'B'],
    ],
    'empty lines count as an editor counts them',
  )
})

t.test('E10: what is wrong is told by line and column, with its value and what to write', async (t) => {
  const one = (cells: string) => faultsOf(`${HEAD}${cells}\n`)
  t.same(one('A,"67,857",20,390'), ['2 lat: «67,857» has a comma; write 67.857, with a point'])
  t.match(
    one('A,67,857,20,225,390')[0],
    /^2 : has 6 cells, the first line names 4; does a number have a comma/,
  )
  t.match(
    one('A,north,20,390')[0],
    /^2 lat: «north» is no number; give degrees, north positive, such as 67.857/,
  )
  t.match(one('A,91,20,390')[0], /^2 lat: «91» is out of range/)
  t.match(one('A,1,2,')[0], /^2 alt: is empty; give metres/)
  t.match(one('A,1e1,0x2,Infinity'), [/^2 lat/, /^2 lon/, /^2 alt/])
  t.match(one(',1,2,3')[0], /^2 name: is empty/)
  t.match(one(`${'x'.repeat(81)},1,2,3`)[0], /^2 name: «x{40}…» has 81 characters; 80 are the limit/)
  t.match(one('A\u202eB,,,')[0], /^2 name: .*control characters/)
  t.match(one('A\u0000B,,,')[0], /^2 name: «A B» must not hold control characters/)
  t.match(faultsOf(`${HEAD}Roof,,,\nroof,,,\n`), ['3 name: «roof» is in line 2 already'])
  t.match(faultsOf('lat,lon\n1,2\n')[0], /^1 name: is missing; the first line must name the columns/)
  t.match(
    faultsOf('name,colour\nA,red\n')[0],
    /^1 «colour»: is no column of a roster; there are name, place, lat/,
  )
  t.match(faultsOf('name,Name\nA,B\n')[0], /^1 name: is there twice/)
  t.match(faultsOf('name,__proto__\nA,B\n')[0], /no column/)
  t.match(faultsOf('name\n')[0], /^1 : is the only line/)
  t.match(faultsOf('')[0], /^1 : is empty/)
  t.match(faultsOf('name,lat\n"A,1\n')[0], /not closed/)
  t.match(faultsOf('name\nA "big" one\n')[0], /^2 : has a quote inside a cell/)
  t.match(faultsOf(`name\n"${'x\n'.repeat(3000)}`)[0], /longer than 4000|not closed/)
})

t.test('A cell that a spreadsheet would run is refused', async (t) => {
  for (const cell of ["=cmd|'/C calc'!A0", '+1+1', '@SUM(A1)', '-2+3', '=HYPERLINK("http://x","y")'])
    t.match(faultsOf(`name\n"${cell.replaceAll('"', '""')}"\n`)[0], /^2 name: .* begins like a formula/, cell)
})

t.test('A roster holds 500 stations; of many errors the first hundred are told', async (t) => {
  const names = (count: number) => `name\n${Array.from({ length: count }, (_, n) => `S${n}`).join('\n')}\n`
  t.equal(readRoster(names(500)).lines.length, 500)
  t.same(faultsOf(names(500)), [])
  t.match(faultsOf(names(501)), ['502 : is beyond the 500 stations that one roster may hold'])
  t.match(faultsOf(names(90_000)), ['502 : is beyond the 500 stations that one roster may hold'])
  t.equal(faultsOf(`${HEAD}${'A,b,c,d\n'.repeat(400)}`).length, 100)
})

t.test('Whatever is written, reading it ends with lines and errors, never with an exception', async (t) => {
  const cell = fc.oneof(fc.string(), fc.constantFrom('name', 'lat', '"', '""', '\ufeff', '=1', '1,5'))
  const csv = fc
    .array(fc.array(cell, { maxLength: 8 }), { maxLength: 12 })
    .map((lines) => lines.map((cells) => cells.join(',')).join('\n'))
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        csv,
        csv.map((text) => `name,lat,lon,alt\n${text}`),
      ),
      (text) => {
        const { lines, faults } = readRoster(text)
        t.ok(lines.length + faults.length > 0)
        for (const { name } of lines) t.ok(name.length > 0 && name.length <= 80)
      },
    ),
    { numRuns: 400 },
  )
})
