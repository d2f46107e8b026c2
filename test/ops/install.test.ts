import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import t, { type Test } from 'tap'
import { installCommand, installerFor } from '../../core/agent-release.js'
import { packageRoot } from '../../core/db/package-root.js'
import { temporaryDirectory } from '../support/directory.js'
import { pasteInstallLine, runLine } from '../support/pasted-line.js'

t.setTimeout(120_000)
const root = packageRoot()
const { buildAgent } = await import(new URL('../../../ops/agent-package/build.mjs', import.meta.url).href)
const SCRIPT = path.join(root, 'ops/station/install.sh')
const UNIT = path.join(root, 'ops/station/talos-agent.service')
const TOKEN = `gse_0123456789abcdef_${'t'.repeat(43)}`

const has = (command: string) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0
const skip = has('curl') ? false : 'curl is not installed'

/** What core serves, without core: the release in a folder, and nothing that can be joined. */
async function shelf(t: Test) {
  const folder = temporaryDirectory(t)
  const { sha256 } = buildAgent(root, folder) as { sha256: string }
  const read = (file: string) => readFileSync(path.join(folder, file))
  const state = { tarball: read('talos-agent.tgz'), installer: read('install.sh').toString() }
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    if (request.url === '/agent/install.sh')
      response.end(installerFor({ ...state, sha256 }, `http://127.0.0.1:${port()}`))
    else if (request.url === '/agent/talos-agent.tgz') response.end(state.tarball)
    else {
      const problem = { code: 'enrollment_token_invalid', detail: 'This enrollment token is spent.' }
      response.writeHead(403, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const port = () => (server.address() as AddressInfo).port
  const url = `http://127.0.0.1:${port()}`
  return {
    ...{ state, asked, sha256, url },
    line: installCommand(url, `${url}/enroll#${TOKEN}`),
    lineWithoutLink: `curl -fsSL ${url}/agent/install.sh | sh -s --`,
  }
}

/** As if this machine had joined before. */
function enrolled(folder: string): string {
  const file = path.join(folder, 'var/lib/talos-agent/credential.json')
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, '{"stationId": "a former one"}')
  return file
}

const releases = (folder: string) =>
  readdirSync(path.join(folder, 'opt/talos-agent')).filter((name) => /^\d/.test(name))

t.test('what is installed, where, and for whom', { skip }, async (t) => {
  const { line, sha256, url } = await shelf(t)
  const folder = temporaryDirectory(t)
  const credential = enrolled(folder)
  const pasted = pasteInstallLine(t, line, { folder, options: ['--rotctld', '127.0.0.1:4600'] })
  t.equal(await pasted.ended, 0)
  t.match(pasted.output(), `SHA-256 ${sha256}`, 'to be compared with the one beside the QR code')
  t.match(pasted.output(), /is a station already and stays the same one; the link is not used/)
  t.notMatch(pasted.output(), TOKEN)
  t.equal(readFileSync(credential, 'utf8'), '{"stationId": "a former one"}')
  const at = (file: string) => path.join(folder, file)
  t.equal(statSync(at('var/lib/talos-agent')).mode & 0o777, 0o700)
  t.equal(statSync(at('etc/talos-agent/agent.json')).mode & 0o777, 0o640)
  const config = readFileSync(at('etc/talos-agent/agent.json'), 'utf8')
  t.match(config, `"dataDir": "${at('var/lib/talos-agent')}"`)
  t.match(config, '"port":4600')
  t.equal(readlinkSync(at('opt/talos-agent/current')), at(`opt/talos-agent/${releases(folder)[0]}`))
  const talos = runLine(t, `${at('usr/local/bin/talos')} --version`, { folder })
  t.equal(await talos.ended, 0, talos.output())
  t.notOk(existsSync(at('etc/systemd')), 'below a prefix there is no service')

  writeFileSync(at('etc/talos-agent/agent.json'), '{"mine": true}')
  const again = pasteInstallLine(t, line, { folder, options: ['--simulated'] })
  t.equal(await again.ended, 0)
  t.match(again.output(), /agent\.json is there and stays as it is/)
  t.equal(readFileSync(at('etc/talos-agent/agent.json'), 'utf8'), '{"mine": true}')

  const away = runLine(t, `curl -fsSL ${url}/agent/install.sh | sh -s -- --uninstall`, { folder })
  t.equal(await away.ended, 0)
  t.match(away.output(), /revoke it on the dashboard/)
  t.notOk(existsSync(at('opt/talos-agent')) || existsSync(at('usr/local/bin/talos')))
  t.ok(existsSync(credential), 'the identity stays')
  const purge = runLine(t, `curl -fsSL ${url}/agent/install.sh | sh -s -- --uninstall --purge`, { folder })
  t.equal(await purge.ended, 0)
  t.notOk(existsSync(credential) || existsSync(at('etc/talos-agent')))
})

t.test('an upgrade replaces the program in one step and keeps the one before', { skip }, async (t) => {
  const { lineWithoutLink, state, sha256, asked } = await shelf(t)
  const folder = temporaryDirectory(t)
  enrolled(folder)
  const install = () => runLine(t, lineWithoutLink, { folder })
  t.equal(await install().ended, 0)
  const first = releases(folder)
  t.equal(await install().ended, 0)
  t.same(releases(folder), first)
  t.equal(asked.filter((a) => a.endsWith('.tgz')).length, 1, 'what is there is not fetched again')

  const { tarGz } = await import(new URL('../../../ops/agent-package/tar.mjs', import.meta.url).href)
  const { agentPackage } = await import(new URL('../../../ops/agent-package/build.mjs', import.meta.url).href)
  for (const name of ['second', 'third']) {
    const files = [...agentPackage(root).files, { path: 'talos-agent/NOTE', data: Buffer.from(name) }]
    state.tarball = tarGz(files)
    const next = createHash('sha256').update(state.tarball).digest('hex')
    state.installer = state.installer.replace(/^SHA256='[^']*'/m, `SHA256='${next}'`)
    t.equal(await install().ended, 0)
    t.equal(readFileSync(path.join(folder, 'opt/talos-agent/current/NOTE'), 'utf8'), name)
    t.equal(releases(folder).length, 2)
  }
  t.notOk(
    releases(folder).some((name) => name.endsWith(sha256.slice(0, 12))),
    'the oldest is gone',
  )
})

t.test('a tarball with another checksum is not unpacked', { skip }, async (t) => {
  const { line, state } = await shelf(t)
  state.tarball = Buffer.concat([state.tarball, Buffer.from('and a little more')])
  const folder = temporaryDirectory(t)
  const pasted = pasteInstallLine(t, line, { folder })
  t.equal(await pasted.ended, 1)
  t.match(pasted.output(), /the checksum of what .* sent is [0-9a-f]{64}, and not [0-9a-f]{64}/)
  t.same(releases(folder), [])
})

t.test('half a script does nothing', { skip }, async (t) => {
  const { state } = await shelf(t)
  const folder = temporaryDirectory(t)
  for (const share of [0.3, 0.6, 0.9, 0.995]) {
    const half = path.join(folder, 'half.sh')
    writeFileSync(half, state.installer.slice(0, Math.floor(state.installer.length * share)))
    await runLine(t, `sh ${half}`, { folder }).ended
    t.notOk(existsSync(path.join(folder, 'opt')), `${share}`)
  }
})

t.test('what cannot be done is said, with what to do', { skip }, async (t) => {
  const { line, lineWithoutLink, url } = await shelf(t)
  const folder = temporaryDirectory(t)
  const other = line.replace(`'${url}/enroll`, `'https://elsewhere.example/enroll`)
  const cases: [string, RegExp, Record<string, string>?][] = [
    [other, /this installer is from .*, and the link is for another place/],
    [line.replace(`'${url}`, `'${url}.evil.example`), /the link is for another place/],
    [`${lineWithoutLink} --nonsense`, /unknown option --nonsense/],
    [`${lineWithoutLink} --ca`, /--ca needs a value/],
    [lineWithoutLink, /has not joined. Give it the link/],
    [`${lineWithoutLink} ${url}/enroll`, /not an enrollment token.*has not joined. Ask for a new link/s],
    [line, /This enrollment token is spent.*Ask for a new link/s],
    [lineWithoutLink, /needs Node\.js 20\.19\.0 or later/, { PATH: oldNode(t) }],
  ]
  for (const [text, message, env = {}] of cases) {
    const pasted = pasteInstallLine(t, text, { folder, env })
    t.not(await pasted.ended, 0, String(message))
    t.match(pasted.output(), message)
    t.notMatch(pasted.output(), TOKEN)
  }
})

t.test(
  'a link that was left out is asked for at the terminal',
  { skip: skip || !has('script') },
  async (t) => {
    const { lineWithoutLink, url } = await shelf(t)
    const folder = temporaryDirectory(t)
    const typed = `printf '%s\\n' '${url}/enroll#${TOKEN}'`
    const pasted = runLine(t, `${typed} | script -qec "${lineWithoutLink}" /dev/null`, { folder })
    t.equal(await pasted.ended, 1)
    t.match(pasted.output(), /The link to join with: .*This enrollment token is spent/s)
  },
)

t.test('without sudo it says that it needs it', { skip }, async (t) => {
  const { lineWithoutLink } = await shelf(t)
  const folder = temporaryDirectory(t)
  const asNobody = process.getuid?.() === 0 ? '| /usr/sbin/runuser -u nobody -- sh' : '| sh'
  const pasted = runLine(t, lineWithoutLink.replace('| sh', asNobody), { folder, env: { TALOS_PREFIX: '' } })
  t.equal(await pasted.ended, 1)
  t.match(pasted.output(), /needs root.*Put sudo before sh/)
})

t.test(
  'Node.js comes from the distribution, if that has one that is new enough',
  { skip: !has('dpkg') },
  (t) => {
    const folder = temporaryDirectory(t)
    const library = path.join(folder, 'library.sh')
    // All but the call on the last line.
    writeFileSync(library, readFileSync(SCRIPT, 'utf8').replace(/\nmain "\$@"\n$/, '\n'))
    const install = (candidate: string) => {
      const bin = toolsOnly(t, ['sed', 'dpkg', 'ln', 'uname'])
      const stub = (name: string, lines: string[]) =>
        writeFileSync(path.join(bin, name), ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 })
      stub('apt-cache', ['echo "nodejs:"', 'echo "  Installed: (none)"', `echo "  Candidate: ${candidate}"`])
      stub('apt-get', [
        '[ "$1" = update ] && exit',
        `echo "asked for $*" >&2; ln -s ${process.execPath} ${bin}/node`,
      ])
      const script = `. ${library}; OPT=${folder}/opt; install_node; echo "runs on $NODE"`
      return spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8', env: { PATH: bin } })
    }
    const debian13 = install('20.19.2+dfsg-1')
    t.match(
      debian13.stdout,
      /Installing Node\.js 20\.19\.2\+dfsg-1 from this distribution\nruns on .*\/node\n$/,
    )
    t.match(debian13.stderr, /asked for install .* nodejs/)
    const debian12 = install('18.20.4+dfsg-1~deb12u1')
    t.match(debian12, { status: 1, stderr: /needs Node\.js 20\.19\.0 or later.*nodejs\.org\/dist/s })
    t.notMatch(debian12.stderr, /asked for/)
    t.match(install('(none)'), { status: 1, stderr: /needs Node\.js/ })
    t.end()
  },
)

t.test('two installers at once: the second says so and changes nothing', { skip }, async (t) => {
  const { lineWithoutLink } = await shelf(t)
  const folder = temporaryDirectory(t)
  const lock = path.join(folder, 'opt/talos-agent/.lock')
  mkdirSync(path.dirname(lock), { recursive: true })
  const holder = runLine(t, `exec 9>'${lock}'; flock 9; echo held; sleep 60`, { folder })
  await holder.until(/held/)
  const pasted = runLine(t, lineWithoutLink, { folder })
  t.equal(await pasted.ended, 1)
  t.match(pasted.output(), /another installer is at work/)
})

t.test('the installer is a script for any shell of POSIX, and the service is hardened', (t) => {
  t.match(spawnSync('sh', ['-n', SCRIPT], { encoding: 'utf8' }), { status: 0, stderr: '' })
  if (has('shellcheck'))
    t.match(spawnSync('shellcheck', [SCRIPT], { encoding: 'utf8' }), { status: 0, stdout: '' })
  if (!has('systemd-analyze')) return t.end()
  const folder = temporaryDirectory(t)
  const unit = path.join(folder, 'talos-agent.service')
  writeFileSync(unit, readFileSync(UNIT, 'utf8').replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'))
  t.match(spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' }), { status: 0, stderr: '' })
  // Of 10; a service without any of it has 9.6.
  const judged = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', unit], {
    encoding: 'utf8',
  })
  t.equal(judged.status, 0, judged.stdout.split('\n').at(-2) ?? judged.stderr)
  t.end()
})

/** A PATH with these commands of ours and no other. */
function toolsOnly(t: Test, tools: readonly string[]): string {
  const bin = temporaryDirectory(t)
  for (const tool of tools) {
    const { stdout } = spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' })
    symlinkSync(stdout.trim(), path.join(bin, tool))
  }
  return bin
}

/** A PATH with all that the installer needs, and a Node that is too old. */
function oldNode(t: Test): string {
  const bin = toolsOnly(t, ['sh', 'cat', 'curl', 'tar', 'sha256sum', 'flock', 'uname', 'id', 'mkdir'])
  writeFileSync(path.join(bin, 'node'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  return bin
}
