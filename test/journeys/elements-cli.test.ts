import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import t from 'tap'
import { CoreClient } from '../../director/core-client.js'
import { ElementSources } from '../../director/element-sources.js'
import { HOUR, iso } from '../../shared/time.js'
import { testCore } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { ISS } from '../support/iss.js'
import { signedIn } from '../support/people.js'
import { terminal } from './command-line.js'

const NINE_DIGITS = '799501299'
const quiet = { info: () => {}, warn: () => {}, error: () => {} }

const core = await testCore(t)
const admin = await signedIn(core, 'admin', 'owner')
const { body: token } = await admin.client.api('POST', '/auth/api-tokens', { name: 'desk' })
const { talos } = terminal(temporaryDirectory(t), { TALOS_TOKEN: token.token, TALOS_SERVER: core.url })

async function good(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await talos(...args)
  t.equal(code, 0, `talos ${args.join(' ')}: ${stderr}`)
  return stdout
}

/** CelesTrak and SatNOGS DB, as they say that they answer, on one real socket. */
const asked: string[] = []
const ago = (hours: number) => new Date(core.clock.now() - hours * HOUR).toISOString().replace('Z', '000')
const set = { ...ISS, OBJECT_NAME: 'NEW SAT', NORAD_CAT_ID: Number(NINE_DIGITS), EPOCH: ago(12) }
const transmitter = { uuid: 'ybJ86zjXzQxDReZ5skY56B', description: 'Mode V APRS', type: 'Transceiver' }
const answers = new Map<string, unknown>([
  ['/NORAD/elements/gp.php?GROUP=amateur&FORMAT=json', [set]],
  [
    '/api/transmitters/?format=json',
    [
      {
        ...{ ...transmitter, downlink_low: 145_825_000, mode: 'AFSK', status: 'active' },
        norad_cat_id: set.NORAD_CAT_ID,
      },
    ],
  ],
])
const mirror = createServer((request, response) => {
  asked.push(request.url ?? '')
  response.end(JSON.stringify(answers.get(request.url ?? '')))
})
mirror.listen(0, '127.0.0.1')
await once(mirror, 'listening')
t.teardown(() => mirror.close())
const origin = `http://127.0.0.1:${(mirror.address() as AddressInfo).port}`

/** What a director does every half minute; two of them at once. */
async function directorsLook(): Promise<void> {
  const key = readFileSync(path.join(core.dataDir, 'director.key'), 'utf8').trim()
  const options = { celestrakUrl: origin, satnogsUrl: origin, trusted: new Set([origin]) }
  const director = () => new ElementSources(new CoreClient(core.url, () => key), options, core.clock, quiet)
  await Promise.all([director().check(), director().check()])
}

t.test('Sources are added from the command line, and asked once in two hours by all directors', async (t) => {
  t.match(await good('elements', 'sources'), /No sources. Add one/)
  t.match(await good('elements', 'sources', 'add', 'amateur'), /^celestrak:amateur is .* every 2 hours/)
  await good('elements', 'sources', 'add', 'satnogs:transmitters', '--every', '48')
  t.match(await talos('elements', 'sources', 'add', 'satnogs:all'), { code: 2, stderr: /is no source: give/ })
  t.match(await talos('elements', 'sources', 'add', 'x', '--every', '1'), {
    code: 2,
    stderr: /from 2 to 168/,
  })
  await directorsLook()
  const listed = await good('elements', 'sources', 'list')
  t.match(listed, /celestrak:amateur +2 h +\d{4}-.* 1 new, 0 refused, of 1\n/)
  t.match(listed, /satnogs:transmitters +48 h +\d{4}-.* 1 transmitters, 1 new/)
  t.match(await good('elements', 'sources', 'check', 'amateur'), /not before \d{4}-.* The last look: 1 new/)
  t.match(await good('elements', 'sources', 'remove', 'amateur'), /fetched no more/)
  t.match(await talos('elements', 'sources', 'remove', 'amateur'), { code: 1, stderr: /there are satnogs:/ })
  await good('elements', 'sources', 'add', 'celestrak:amateur')
  await directorsLook()
  t.same(asked.sort(), [...answers.keys()].sort(), 'each was asked once')
})

t.test('What they brought is shown: elements, how far they moved, transmitters', async (t) => {
  core.clock.aheadMs += 3 * HOUR
  const EPOCH = ago(2)
  answers.set('/NORAD/elements/gp.php?GROUP=amateur&FORMAT=json', [{ ...set, EPOCH }])
  await directorsLook()
  t.equal(asked.length, 3, 'the transmitters are not due')
  const history = await good('elements', 'history', NINE_DIGITS)
  t.match(history, /[\d.]+ km +-?[\d.]+ s +0.5\d d +celestrak:amateur +in use\n.* - +- +- +celestrak:amateur/)
  t.match(await talos('elements', 'history', '1'), { code: 1, stderr: /no elements of satellite 1/ })
  const shown = await good('satellites', 'show', NINE_DIGITS)
  t.match(shown, /^NEW SAT \(799501299\)\n.*fresh[\s\S]*active +145.825 +- +AFSK +- +Mode V APRS +satnogs/)

  const add = ['satellites', 'add-transmitter', NINE_DIGITS, '--description', 'Beacon']
  t.match(await talos(...add), { code: 2, stderr: /a frequency/ })
  const made = JSON.parse(await good('--json', ...add, '--downlink', '26250000000', '--polarisation', 'rhcp'))
  t.match(made, { downlinkLowHz: 26_250_000_000, polarisation: 'rhcp', source: 'manual' })
  await good('satellites', 'remove-transmitter', NINE_DIGITS, made.id)
  const known = JSON.parse(await good('--json', 'satellites', 'show', NINE_DIGITS))
  t.match(known, {
    epoch: iso(Date.parse(`${EPOCH}Z`)),
    catalogue: null,
    transmitters: [{ source: 'satnogs' }],
  })
})
