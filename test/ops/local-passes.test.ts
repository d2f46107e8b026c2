import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { parse } from 'csv-parse/sync'
import t, { type Test } from 'tap'
import { cachedElements } from '../../ops/cli/element-cache.js'
import { localPasses, parseSite } from '../../ops/cli/local-passes.js'
import { parseMask } from '../../ops/cli/mask-file.js'
import { localZone, passCalendar, passRow, passTable, utc } from '../../ops/cli/pass-lines.js'
import type { Omm } from '../../shared/messages.js'
import { DAY, HOUR } from '../../shared/time.js'
import { dataFile } from '../support/data.js'
import { temporaryDirectory } from '../support/directory.js'
import { ISS as STATION } from '../support/iss.js'

const TALOS = resolve(import.meta.dirname, '../../../ops/talos.mjs')
const NOW = Date.UTC(2026, 4, 8)
const SITE = { lat: 52.1, lon: 4.3, altM: 10 }

/** A name that a spreadsheet would take for a formula. */
const ISS: Omm = { ...STATION, OBJECT_NAME: '=ISS (ZARYA)' }

/** One answer for every question, and how often it was asked. */
async function celestrak(t: Test, status: number, body: string) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(status).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** An address at which nobody answers. */
async function nobody(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}
const NOBODY = await nobody()

t.test('elements come from CelesTrak once in two hours, and from what is kept otherwise', async (t) => {
  const dataDir = temporaryDirectory(t)
  const { asked, url: celestrakUrl } = await celestrak(t, 200, JSON.stringify([ISS]))
  const options = { dataDir, celestrakUrl, nowMs: Date.now() }
  const first = await cachedElements('25544', options)
  t.same(first.omm, ISS)
  t.same(asked, ['/NORAD/elements/gp.php?CATNR=25544&FORMAT=json'])
  const file = join(dataDir, 'elements', 'celestrak-25544.json')
  t.same((await cachedElements('25544', options)).said, file)
  t.equal(asked.length, 1, 'not again within two hours')
  await cachedElements('25544', { ...options, nowMs: Date.now() + 3 * HOUR })
  t.equal(asked.length, 2)
  t.same(readdirSync(join(dataDir, 'elements')), ['asked.json', 'celestrak-25544.json'], 'no halves are left')
  const later = { ...options, celestrakUrl: NOBODY, nowMs: Date.now() + 3 * HOUR }
  t.match(await cachedElements('25544', later), { omm: ISS, said: /did not serve: .*ECONNREFUSED/ })
})

t.test('the newest set among all files that are kept counts, in whatever form', async (t) => {
  const newer = { ...ISS, EPOCH: '2026-05-07T18:00:00.000000' }
  const dataDir = temporaryDirectory(t)
  const folder = join(dataDir, 'elements')
  mkdirSync(folder)
  writeFileSync(join(folder, 'a.json'), JSON.stringify([newer]))
  writeFileSync(join(folder, 'celestrak-25544.json'), JSON.stringify([ISS]))
  writeFileSync(join(folder, 'torn.json'), '[{')
  const found = await cachedElements('25544', { dataDir, celestrakUrl: NOBODY, nowMs: Date.now() })
  t.equal(found.omm.EPOCH, newer.EPOCH)
})

t.test('without elements anywhere it is said where to get them, and why they could not be had', async (t) => {
  const dataDir = temporaryDirectory(t)
  const cases: [string, RegExp][] = [
    [NOBODY, /ECONNREFUSED/],
    [(await celestrak(t, 403, 'no')).url, /answered 403: "no"/],
    [(await celestrak(t, 500, 'no')).url, /answered 500/],
    [(await celestrak(t, 200, 'No GP data found')).url, /none of 25544: "No GP data found"/],
    [(await celestrak(t, 200, 'x'.repeat(1_000_001))).url, /more than 1000000 bytes/],
  ]
  for (const [celestrakUrl, why] of cases) {
    const failed = cachedElements('25544', { dataDir, celestrakUrl, nowMs: Date.now() })
    await t.rejects(failed, { code: 'not_found', detail: why })
    await t.rejects(failed, {
      code: 'not_found',
      detail: /save http.*CATNR=25544.* to a file,\nand give that file with --elements FILE/,
    })
  }
  t.same(readdirSync(join(dataDir, 'elements')), ['asked.json'], 'no elements are kept of it')
})

t.test(
  'who refused, or has none, is not asked again and again by a command that is run again and again',
  async (t) => {
    const dataDir = temporaryDirectory(t)
    const now = Date.now()
    for (const [status, hours] of [
      [403, 6],
      [500, 2],
    ] as const) {
      const { asked, url: celestrakUrl } = await celestrak(t, status, 'no')
      const ask = (id: string, nowMs: number) => cachedElements(id, { dataDir, celestrakUrl, nowMs })
      await t.rejects(ask('25544', now), { code: 'not_found' })
      await t.rejects(ask('25544', now + (hours - 0.1) * HOUR), {
        ...{ code: 'not_found', detail: new RegExp(`answered ${status}.*asked again after`) },
      })
      t.equal(asked.length, 1)
      await t.rejects(ask('25545', now), { code: 'not_found' })
      t.equal(
        asked.length,
        status === 403 ? 1 : 2,
        'a refusal is that of the host, a failure that of the address',
      )
      await t.rejects(ask('25544', now + 1.5 * hours * HOUR), { code: 'not_found' })
      t.equal(asked.at(-1), '/NORAD/elements/gp.php?CATNR=25544&FORMAT=json', 'later it is')
      t.equal(asked.length, status === 403 ? 2 : 3)
    }
  },
)

t.test('a place is two or three numbers', async (t) => {
  t.same(parseSite('52.1,4.3,10'), SITE)
  t.same(parseSite(' -52.1 , 4.3'), { lat: -52.1, lon: 4.3, altM: 0 })
  for (const text of ['', '52', '52,', ',4', '91,0', '0,181', 'N52,E4', '1,2,3,4', '1,2,NaN'])
    t.throws(() => parseSite(text), { code: 'config_invalid', detail: /is no place/ }, text)
})

t.test('a skyline is written a point a line', async (t) => {
  const text = '# my roof\n0 5\n90,12.5\r\n90;30  # the chimney\n\n180\t-1\n'
  t.same(parseMask(text, 'roof.txt'), [
    { az: 0, el: 5 },
    { az: 90, el: 12.5 },
    { az: 90, el: 30 },
    { az: 180, el: -1 },
  ])
  for (const bad of ['north 5', '361 5', '10 91', '10', '1 2 3'])
    t.throws(
      () => parseMask(`0 5\n${bad}`, 'roof.txt'),
      { code: 'config_invalid', detail: /roof\.txt, line 2/ },
      bad,
    )
  t.throws(() => parseMask('# nothing\n', 'roof.txt'), { code: 'config_invalid', detail: /has no line/ })
})

t.test('passes are told with warnings; broken sets are named, and hide no others', async (t) => {
  const window = [NOW, NOW + DAY] as const
  const stand = { site: SITE, minElevation: 10 }
  const fresh = localPasses([ISS], stand, window, NOW)
  t.same(fresh.warnings, [])
  t.ok(fresh.passes.length > 3)
  const low = { ...ISS, NORAD_CAT_ID: 7, OBJECT_NAME: 'LOW', MEAN_MOTION: 16.9 }
  const both = localPasses([low, ISS], stand, window, NOW)
  t.same(both.passes, fresh.passes)
  t.match(both.warnings, [/LOW \(7\) would come to/])
  t.throws(() => localPasses([low], stand, window, NOW), { code: 'elements_invalid' })
  const old = localPasses([ISS], stand, [NOW + 20 * DAY, NOW + 21 * DAY], NOW)
  t.match(old.warnings, [/20\.5 days old by then; times may be minutes off/])
  const falling = { ...ISS, BSTAR: 0.05 }
  const ends = localPasses([falling], stand, [NOW, NOW + 20 * DAY], NOW)
  t.match(ends.warnings, [/comes down before 2026-05-/])
  const starts = ends.passes.map((p) => p.aos)
  t.same(starts, [...starts].sort())
})

t.test('as CSV a name is text for every spreadsheet, and times are in both zones', async (t) => {
  const { passes } = localPasses([ISS], { site: SITE, minElevation: 10 }, [NOW, NOW + DAY], NOW)
  const zone = { name: 'CEST', text: (iso: string) => `local ${iso}` }
  const rows = parse<Record<string, string>>(passTable(passes, zone, null), { columns: true })
  t.equal(rows.length, passes.length)
  t.match(rows[0], {
    satellite: '25544',
    name: "'=ISS (ZARYA)",
    aos_utc: passes[0]?.aos,
    aos_CEST: `local ${passes[0]?.aos}`,
    clipped_start: 'false',
    light_tca: /^(sunlit|penumbra|umbra)$/,
  })
  t.notOk(
    'aos_CEST' in (parse<Record<string, string>>(passTable(passes, utc, null), { columns: true })[0] ?? {}),
  )
  t.match(passTable([], utc, null), /^satellite,name,aos_utc/, 'names of the columns, even of nothing')
})

t.test('as a calendar the same passes computed anew have the same names', async (t) => {
  const { passes } = localPasses([ISS], { site: SITE, minElevation: 10 }, [NOW, NOW + DAY], NOW)
  const place = () => ({ id: '52.1,4.3,10', name: '52.1,4.3,10', lat: 52.1, lon: 4.3 })
  const uids = (text: string) => text.match(/^UID:.*$/gm)
  const text = passCalendar(passes, place, NOW)
  t.equal(uids(text)?.length, passes.length)
  t.equal(new Set(uids(text)).size, passes.length)
  t.same(uids(passCalendar(passes, place, NOW + HOUR)), uids(text))
  t.match(text, 'GEO:52.1;4.3')
  t.match(text, 'LOCATION:52.1\\,4.3\\,10')
})

t.test('a row says in words what is cut, dark and old', async (t) => {
  const { passes } = localPasses([ISS], { site: SITE, minElevation: 10 }, [NOW, NOW + DAY], NOW)
  const [pass] = passes
  if (pass === undefined) return t.fail('no pass')
  const row = (over: Partial<typeof pass>) => passRow({ ...pass, ...over }, utc)
  t.equal(row({}).at(-1), '')
  t.equal(row({ clippedStart: true }).at(-1), 'in sight already')
  t.equal(row({ clippedStart: true, clippedEnd: true }).at(-1), 'in sight all the time')
  t.equal(row({ clippedEnd: true, elementsAgeDays: 9 }).at(-1), 'in sight beyond, elements 9 d old')
  t.equal(row({ light: { aos: 'sunlit', tca: 'penumbra', los: 'umbra' } }).at(-2), 'sunlit > half lit > dark')
  t.equal(row({ light: { aos: 'umbra', tca: 'umbra', los: 'umbra' } }).at(-2), 'dark')
  t.equal(row({ durationS: 3723 }).at(-3), '1:02:03')
  t.equal(row({ aosAz: 359.8, tcaAz: 10, losAz: 20 })[5], '0 > 10 > 20')
  const [aos = '', tca = ''] = row({ aos: '2026-05-08T23:58:00.000Z', tca: '2026-05-09T00:01:00.000Z' })
  t.same([aos, tca], ['2026-05-08 23:58:00', '2026-05-09 00:01:00'])
  t.match(localZone(NOW).text('2026-05-08T12:00:00.000Z'), /^2026-05-0[789] \d{2}:\d{2}:00$/)
})

async function talos(env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [TALOS, 'passes', ...args], { env: { ...process.env, ...env } })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (said.stdout += chunk))
  child.stderr.on('data', (chunk) => (said.stderr += chunk))
  const [code] = await once(child, 'close')
  return { ...said, code }
}

t.test('the command needs no server: a table, JSON and CSV of the same passes', async (t) => {
  const elements = dataFile(t, 'sats-200.tle')
  if (elements === null) return
  const folder = temporaryDirectory(t)
  writeFileSync(join(folder, 'all.tle'), elements)
  writeFileSync(join(folder, 'roof.txt'), '0 40\n')
  const args = [
    '--site',
    '52.1,4.3,10',
    '--elements',
    join(folder, 'all.tle'),
    '--satellite',
    '25544',
    '--from',
    '2026-05-08',
  ]
  const [table, csv, masked, json] = await Promise.all([
    talos({ TZ: 'Europe/Berlin' }, ...args, '--local'),
    talos({}, ...args, '--csv'),
    talos({}, ...args, '--mask', join(folder, 'roof.txt'), '--csv'),
    talos({}, ...args, '--json'),
  ])
  t.match(table, { code: 0, stderr: '', stdout: /AOS \((CE[S]?T|GMT\+[12])\) +TCA/ })
  const rows = parse<Record<string, string>>(csv.stdout, { columns: true })
  t.ok(rows.length > 3)
  t.equal(table.stdout.split('\n').filter((line) => /^2026-05-0/.test(line)).length, rows.length)
  const high = parse<Record<string, string>>(masked.stdout, { columns: true })
  t.same(
    high.map((row) => row['max_el_deg']),
    rows.map((row) => row['max_el_deg']).filter((el) => Number(el) > 40),
  )
  t.same(
    JSON.parse(json.stdout).map((p: { aos: string }) => p.aos),
    rows.map((row) => row['aos_utc']),
  )
})

t.test('without elements, network or server the command says what to do', async (t) => {
  const env = { TALOS_DATA_DIR: temporaryDirectory(t), TALOS_CELESTRAK_URL: NOBODY }
  const { code, stdout, stderr } = await talos(env, '--satellite', '25544', '--site', '52.1,4.3,10')
  t.same([code, stdout], [1, ''])
  t.match(stderr, /no elements of 25544[\s\S]*--elements FILE/)
  t.notMatch(stderr, /\n\s+at /)
})
