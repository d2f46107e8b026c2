import t from 'tap'
import { encode } from 'uqr'
import { enrollSheet } from '../../ops/cli/enroll-sheet.js'
import { badgeText, createdText, qrText, spanText, stateText } from '../../ops/cli/enroll-text.js'
import type { RosterResponse } from '../../shared/api/fleet.js'
import { DAY, HOUR, iso, MINUTE } from '../../shared/time.js'

type Item = RosterResponse['items'][number]

const LINK = `https://talos.example.org/enroll#gse_0123456789abcdef_${'k'.repeat(43)}`
const NOW = Date.parse('2026-11-22T12:00:00.000Z')

function token(change: Partial<Item['item']> = {}): Item['item'] {
  return {
    ...{ id: 'token-0001', keyId: '0123456789abcdef', name: 'Roof', recipient: null, state: 'active' },
    ...{ preApproved: true, capabilities: ['rotator'], maxUses: 1, uses: 0, batchId: null, stationId: null },
    ...{ stationIds: [], issuedBy: { id: 'user-0001', email: null }, createdAt: iso(NOW) },
    ...{ expiresAt: iso(NOW + 12 * MINUTE), consumedAt: null, lastUsedAt: null, consumedFrom: null },
    ...change,
  }
}

const created = (change: Partial<Item['item']> = {}) => ({
  ...{ item: token(change), enrollUrl: LINK, command: `npx talos agent enroll '${LINK}'` },
  ...{ installCommand: null, agentSha256: null },
})

t.test('E12: the code of the terminal is the code of the link, module by module', async (t) => {
  const { data } = encode(LINK, { border: 2 })
  const lines = qrText(LINK, false).split('\n')
  const isBlack = (x: number, y: number) => !(y % 2 === 0 ? '█▀' : '█▄').includes(lines[y >> 1]?.[x] ?? '')
  t.ok(data.every((row, y) => row.every((module, x) => isBlack(x, y) === module)))
  for (const line of qrText(LINK, true).split('\n'))
    t.ok(
      line.startsWith('\u001b[38;5;231;48;5;16m') && line.endsWith('\u001b[0m'),
      'white on black whatever the terminal is',
    )
})

t.test('E9: states and times in words', async (t) => {
  t.same([1, MINUTE, 59 * MINUTE, 90 * MINUTE, 47 * HOUR, 3 * DAY].map(spanText), [
    '1 min',
    '1 min',
    '59 min',
    '2 h',
    '47 h',
    '3 d',
  ])
  t.equal(stateText(token(), NOW), 'active, 12 min left')
  t.equal(stateText(token({ maxUses: 5, uses: 2 }), NOW), '2 of 5 used, 12 min left')
  t.equal(stateText(token({ state: 'consumed' }), NOW), 'used')
  t.equal(stateText(token({ state: 'revoked' }), NOW), 'revoked')
  t.equal(badgeText({ enrollment: 'none', enrollmentExpiresAt: null }, NOW), '-')
  t.equal(badgeText({ enrollment: 'expired', enrollmentExpiresAt: null }, NOW), 'expired')
})

t.test('A new token: what to run where, or only what there is', async (t) => {
  const bare = createdText(created(), '')
  t.match(
    bare,
    /^Token «Roof»\. It works once, until 2026-11-22 12:12:00 UTC, and is shown only now\.\n\nRun this/,
  )
  t.notMatch(bare, /scan|SHA-256|approved/)
  const all = createdText(
    { ...created({ preApproved: false, maxUses: 3 }), installCommand: 'curl x', agentSha256: 'abc' },
    'QR',
  )
  t.match(
    all,
    /It works for 3 machines[\s\S]*\n\nQR\n\n[\s\S]*SHA-256 abc[\s\S]*curl x[\s\S]*or scan the code[\s\S]*approve/,
  )
})

t.test('E10: the sheet has a card for each station, and what people wrote is text', async (t) => {
  const evil = `<script>alert(1)</script>"'&`
  const item = {
    ...created({ name: `${evil}, ${evil}`, recipient: evil }),
    line: 2,
    station: { name: evil, site: null },
  } as unknown as Item
  const html = enrollSheet(
    { batchId: 'batch-0001', rows: [], items: [item, item], errors: [] },
    evil,
    iso(NOW),
  )
  t.equal(html.split('<section>').length - 1, 2)
  t.equal(html.split('<svg').length - 1, 2)
  t.notMatch(html, /<script|alert\(1\)<|href|src=|url\(/)
  t.match(html, /default-src 'none'/)
  t.match(html, /&lt;script&gt;alert\(1\)&lt;\/script&gt;&quot;&#39;&amp;/)
  t.notMatch(html, /SHA-256/)
})
