import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ORG, testCore } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { terminal } from './command-line.js'
import { redeem } from './joined.js'

t.setTimeout(300_000)

t.test('talos enroll: a person at a terminal makes tokens, prints a sheet, looks after them', async (t) => {
  const core = await testCore(t)
  const { body } = await core.owner.api('POST', '/auth/api-tokens', { name: 'desk' })
  const folder = temporaryDirectory(t)
  const { talos } = terminal(folder, { TALOS_TOKEN: body.token, TALOS_SERVER: core.url })
  const good = async (...args: string[]) => {
    const { code, stdout, stderr } = await talos(...args)
    t.equal(code, 0, `${args.join(' ')}: ${stderr}`)
    return stdout
  }
  const refused = async (code: number, says: RegExp, ...args: string[]) => {
    const ended = await talos(...args)
    t.equal(ended.code, code, args.join(' '))
    t.match(ended.stderr, says)
  }
  const secretIn = (text: string) => /gse_[0-9a-f]{16}_[\w-]{43}/.exec(text)?.[0] ?? ''

  await t.test('one token: the picture, the line, the link', async (t) => {
    const said = await good(
      'enroll',
      'Roof, east mast',
      '--for',
      'Bo',
      '--ttl',
      '5',
      '--capabilities',
      'rotator,rig',
    )
    t.match(
      said,
      /^Token «Roof, east mast» for Bo\. It works once, until \d{4}-.* UTC, and is shown only now\.\n/,
    )
    t.match(said, /\n[█▀▄ ]{40,}\n/, 'a QR code')
    t.match(said, /npx talos agent enroll 'http.*#gse_/)
    t.match(said, /scan the code/)
    t.notMatch(said, /approve/)
    const { status, body: joined } = await redeem(core, secretIn(said), 'Roof')
    t.equal(status, 200)
    const list = await good('enroll', 'list')
    t.match(list, /^NAME +FOR +STATE +STATION +LAST USE, UTC +ISSUED BY +ID\n/)
    t.match(list, /Roof, east mast +Bo +used +Roof +\d{4}-[\d: -]+ from 10\.8\.0\.\d+ +owner@example\.org/)
    t.notMatch(list, /gse_/)
    await refused(1, /has used this token; revoke the station instead/, 'enroll', 'revoke', 'Roof, east mast')
    t.ok(joined.grant.stationId)
  })

  await t.test('for a station that is there, confirmed when it was given out before', async (t) => {
    const made = await core.owner.api('POST', `/orgs/${ORG}/stations`, { name: 'Kiruna' })
    t.equal(made.status, 201)
    const first = await good('enroll', '--station', 'kiruna', '--needs-approval', '--no-qr')
    t.match(first, /^Token «Kiruna»\./)
    t.notMatch(first, /█/)
    t.match(first, /waits then until it is approved: talos stations approve/)
    await refused(1, /a token for it is active until .*\(--confirm\)/, 'enroll', '--station', 'Kiruna')
    await good('enroll', '--station', 'Kiruna', '--confirm', '--no-qr')
    t.match(await good('stations'), /Kiruna +pending +offline .*active, 15 min left/)
    t.match(await good('enroll', 'revoke', 'kiruna'), /Token «Kiruna» is revoked\./)
  })

  await t.test(
    'a roster: looked at, refused by line and column, made with a sheet, revoked as one',
    async (t) => {
      const file = path.join(folder, 'roster.csv')
      const sheet = path.join(folder, 'sheet.html')
      writeFileSync(
        file,
        '\ufeffName;Site;Lat;Lon;Alt;Recipient\r\nNorth;<b>Hall</b>;78,2;15.4;450;Ada\r\n;;;;;x\r\n',
      )
      await refused(
        2,
        /Nothing was made\. In .*roster\.csv:\n {2}line 2, lat: «78,2» has a comma; write 78\.2, with a point\n {2}line 3, name: is empty/,
        ...['enroll', '--roster', file, '--html', sheet],
      )
      writeFileSync(
        file,
        '\ufeffName;Site;Lat;Lon;Alt;Recipient\r\nNorth;<b>Hall</b>;78.2;15.4;450;Ada\r\nSouth;;;;;\r\n',
      )
      const look = await good('enroll', '--roster', file, '--dry-run')
      t.match(look, /LINE +STATION +PLACE +FOR\n2 +North +<b>Hall<\/b>; 78\.2, 15\.4, 450 m +Ada\n3 +South/)
      t.match(look, /Nothing was made: this was a look/)
      const said = await good('enroll', '--roster', file, '--html', sheet, '--ttl', '60')
      t.match(
        said,
        /^2 stations and tokens, each good once until .* UTC\. All of them end with: talos enroll revoke --batch /,
      )
      t.notMatch(said, /gse_/, 'the secrets are on the sheet')
      t.equal(statSync(sheet).mode & 0o777, 0o600)
      const html = readFileSync(sheet, 'utf8')
      t.match(html, /&lt;b&gt;Hall&lt;\/b&gt;/)
      t.notMatch(html, /<script|<b>Hall|src=|url\(|href/, 'it loads and runs nothing')
      t.equal(html.split('<svg').length - 1, 2)
      await refused(
        2,
        /it is there already; name another, or remove it/,
        'enroll',
        '--roster',
        file,
        '--html',
        sheet,
        '--confirm',
      )
      await refused(2, /is a station already, without an agent/, 'enroll', '--roster', file)
      const batch = /--batch (\S+)/.exec(said)?.[1] ?? ''
      const listed = JSON.parse(await good('--json', 'enroll', 'list', '--batch', batch))
      t.match(listed.map((token: { name: string }) => token.name).sort(), ['North, <b>Hall</b>', 'South'])
      t.match(
        await good('enroll', 'revoke', '--batch', batch),
        /^Token .* is revoked\.\nToken .* is revoked\.\n$/,
      )
      const again = JSON.parse(await good('--json', 'enroll', '--roster', file, '--confirm'))
      t.match(again.items, [
        { line: 2, station: { name: 'North' } },
        { line: 3, station: { name: 'South' } },
      ])
    },
  )

  await t.test('the doctor tells who issues and who waits', async (t) => {
    t.match(
      await good('doctor', 'enrollment'),
      /Tokens issued +ok +at most \d+ in the last hour, by owner@example\.org in main/,
    )
    t.match(await good('stations', 'show', 'roof'), /Capabilities +rotator, rig\n/)
    t.match(await good('stations', 'set', 'Roof', '--expires', '2099-01-31'), /Ends +2099-01-31 23:59:59 UTC/)
    t.match(
      await good('stations', 'set', 'Roof', '--expires', 'never', '--capabilities', 'rotator'),
      /Ends +never/,
    )
    t.match(
      await good('stations', 'make', 'Troll', '--lat', '-72', '--lon', '2.5', '--alt', '1275'),
      /talos enroll --station "Troll"/,
    )
    await refused(2, /--lat, --lon and --alt together/, 'stations', 'set', 'Roof', '--lat', '1')
  })

  await t.test('what makes no sense is told before anything is made', async () => {
    await refused(2, /Give one or both of rotator,rig/, 'enroll', 'Roof', '--capabilities', 'laser')
    await refused(2, /must be 1: one token is for one station/, 'enroll', 'Roof', '--uses', '3')
    await refused(2, /Give one token, or --batch/, 'enroll', 'revoke')
  })
})
