import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { installCommand, installerFor } from '../../../core/agent-release.js'
import { ORG, testCore } from '../../support/core.js'
import { temporaryDirectory } from '../../support/directory.js'

const TARBALL = Buffer.from('what the build has packed')
const SHA256 = createHash('sha256').update(TARBALL).digest('hex')

t.test(
  'E12: core serves the agent with its checksum, to anybody, and nothing is fetched twice in vain',
  async (t) => {
    const agentDir = temporaryDirectory(t)
    const core = await testCore(t, { agentDir })
    const get = (file: string, headers = {}) =>
      core.program().api('GET', `//agent/${file}`, undefined, headers)

    const issue = async () =>
      (await core.owner.api('POST', `/orgs/${ORG}/enrollment-tokens`, { name: 'Roof' })).body
    t.match(await issue(), { installCommand: null, agentSha256: null }, 'what there is not is not promised')
    const none = await get('install.sh')
    t.equal(none.status, 404)
    t.match(none.body, { code: 'not_found', detail: /npm run build:agent/ })
    t.equal(none.headers['cache-control'], 'no-store')

    writeFileSync(path.join(agentDir, 'talos-agent.tgz'), TARBALL)
    writeFileSync(path.join(agentDir, 'install.sh'), "ORIGIN='@ORIGIN@'\n")
    const installer = await get('install.sh', { host: 'evil.example' })
    t.match(installer, { status: 200, body: `ORIGIN='${core.url}'\n` }, 'A45: no Host moves it')
    t.match(installer.headers, {
      'content-type': /^text\/plain/,
      'cache-control': 'public, no-cache',
      'x-content-type-options': 'nosniff',
    })
    t.notOk(installer.headers['pragma'])
    const { installCommand: line, agentSha256, enrollUrl } = await issue()
    t.equal(line, `curl -fsSL ${core.url}/agent/install.sh | sudo sh -s -- '${enrollUrl}'`)
    t.equal(agentSha256, SHA256)
    const tarball = await get('talos-agent.tgz')
    t.match(tarball, { status: 200, body: TARBALL.toString(), headers: { etag: `"${SHA256}"` } })
    t.equal((await get('talos-agent.tgz.sha256')).body, `${SHA256}  talos-agent.tgz\n`)
    for (const file of ['install.sh', 'talos-agent.tgz', 'talos-agent.tgz.sha256']) {
      const { etag } = (await get(file)).headers
      const again = await get(file, { 'if-none-match': `"other", W/${etag}` })
      t.match(again, { status: 304, body: '', headers: { etag } }, file)
      t.equal((await get(file, { 'if-none-match': '"other"' })).status, 200)
      t.match(await core.program().api('HEAD', `//agent/${file}`), {
        status: 200,
        body: '',
        headers: { etag },
      })
    }
    t.equal((await core.program().api('POST', '//agent/install.sh')).status, 405)
    for (const url of ['//agent/', '//agent/other', '//agent/../package.json', '//agent/..%2fpackage.json'])
      t.equal((await core.browser().api('GET', url)).status, 404, `${url} is neither a file nor a page`)

    writeFileSync(path.join(agentDir, 'talos-agent.tgz'), 'the next one')
    t.equal(
      (await get('talos-agent.tgz')).body,
      TARBALL.toString(),
      'as long as this core runs, all fits together',
    )
  },
)

t.test('an address gets into the installer as text, whatever is in it', (t) => {
  const release = { tarball: TARBALL, sha256: SHA256, installer: "ORIGIN='@ORIGIN@'" }
  t.equal(installerFor(release, "https://a'; $(rm x)&"), "ORIGIN='https://a'\\''; $(rm x)&'")
  t.equal(
    installCommand('https://talos.example', 'https://talos.example/enroll#gse_1'),
    "curl -fsSL https://talos.example/agent/install.sh | sudo sh -s -- 'https://talos.example/enroll#gse_1'",
  )
  t.end()
})
