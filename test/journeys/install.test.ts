/** On the clock: from the click to a live station, on a machine without Talos, by the one line that core shows (E12). */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import { packageRoot } from '../../core/db/package-root.js'
import { ORG, testCore } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { pasteInstallLine, runLine } from '../support/pasted-line.js'
import { rotctldPort } from './antenna.js'
import { eventually } from './programs.js'

t.setTimeout(240_000)
/** E12. */
const IN_TIME_S = 60
const PATIENCE_MS = 90_000

const skip = spawnSync('curl', ['--version']).status === 0 ? false : 'curl is not installed'
const core = await testCore(t, { agentDir: path.join(packageRoot(), 'build/dist') })
const { owner } = core

const post = async (route: string, body: object) => {
  const answer = await owner.api('POST', `/orgs/${ORG}${route}`, body)
  if (answer.status > 201)
    throw new Error(`${route} was answered ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}
const stations = async () => (await owner.api('GET', `/orgs/${ORG}/stations`)).body.items
const named = async (name: string) =>
  (await stations()).find((station: { name: string }) => station.name === name) ?? null
/** Green: connected, has said what it is, and its rotator answers. */
const isGreen = (station: { online: boolean; driver: unknown; live: { state?: string } | null } | null) =>
  station?.online === true &&
  station.driver !== null &&
  /^(idle|parked|on_target)$/.test(station.live?.state ?? '')
const green = (name: string) =>
  eventually(`${name} is green`, PATIENCE_MS, async () => {
    const station = await named(name)
    return isGreen(station) ? station : null
  })
const at = (folder: string, file: string) => path.join(folder, 'var/lib/talos-agent', file)
const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(1)

async function status(t: Test, folder: string): Promise<string> {
  const asked = runLine(t, `${folder}/usr/local/bin/talos agent status`, { folder })
  await asked.ended
  return asked.output()
}

t.test('E12: one pasted line makes a live station in under a minute', { skip }, async (t) => {
  const port = await rotctldPort(t)
  if (port === null) return
  const folder = temporaryDirectory(t)
  const start = performance.now()
  const { installCommand, agentSha256, enrollUrl } = await post('/enrollment-tokens', { name: 'Roof' })
  const options = [`--rotctld 127.0.0.1:${port}`, '--foreground']
  const first = pasteInstallLine(t, installCommand, { folder, options })
  const station = await green('Roof')
  const took = seconds(start)
  t.ok(Number(took) < IN_TIME_S, `${took} s`)
  t.comment(`from the click to a live station: ${took} s`)
  t.match(station, { status: 'approved', online: true, driver: /rotctld/ })
  t.match(first.output(), `SHA-256 ${agentSha256}`, 'the checksum that the page shows')
  const secret = new URL(enrollUrl).hash.slice(1)
  t.notMatch(first.output(), secret)
  t.match(await status(t, folder), /^Station [^ ]+ at http:[^ ]+ is online, since/)

  // The same line again, by somebody who does not trust the first time; and after a restart of the machine.
  await first.end('SIGTERM')
  t.match(await status(t, folder), /does not run/)
  const again = pasteInstallLine(t, installCommand, { folder, options })
  await again.until(/stays the same one; the link is not used/)
  t.equal((await green('Roof')).id, station.id)
  t.equal((await stations()).length, 1)
  await again.end('SIGTERM')
  const trail = await owner.api('GET', `/orgs/${ORG}/audit?action=enrollment_token.redeem`)
  t.equal(trail.body.items.length, 1, 'the link was redeemed once')
  for (const file of ['enrollment.json', 'credential.json', 'status.json'])
    t.notMatch(readFileSync(at(folder, file), 'utf8'), secret.slice(-43), `${file} does not hold the token`)
})

t.test('E13: a line that waits for approval says so, and the approval is enough', { skip }, async (t) => {
  const folder = temporaryDirectory(t)
  const start = performance.now()
  const { installCommand } = await post('/enrollment-tokens', { name: 'Hill', preApproved: false })
  const pasted = pasteInstallLine(t, installCommand, { folder, options: ['--simulated', '--foreground'] })
  await pasted.until(/waiting for a person to approve/)
  const { id, status: standing } = await eventually('Hill has announced itself', PATIENCE_MS, () =>
    named('Hill'),
  )
  t.equal(standing, 'pending')
  const { fingerprint } = (await owner.api('GET', `/orgs/${ORG}/stations/${id}`)).body
  const printed = /^Fingerprint: (.+)$/m.exec(pasted.output())?.[1] ?? ''
  t.equal(printed.replaceAll(' ', '').toLowerCase(), fingerprint, 'E16: what the operator compares')
  t.match(await status(t, folder), /waits for a person to approve it/)
  t.notOk(existsSync(at(folder, 'credential.json')))

  // E17: killed while it waits, it goes on when it is started again, without a link.
  await pasted.end('SIGKILL')
  const revived = runLine(t, `${folder}/usr/local/bin/talos agent run`, { folder })
  await revived.until(/waiting for a person to approve/)
  await post(`/stations/${id}/approve`, {})
  t.equal((await green('Hill')).id, id)
  t.comment(`with approval, and a kill between: ${seconds(start)} s`)
  t.equal((await stations()).filter(({ name }: { name: string }) => name.startsWith('Hill')).length, 1)
  await revived.end('SIGTERM')
})
