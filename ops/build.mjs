#!/usr/bin/env node
/**
 * `npm run build`: the Prisma client, all TypeScript, the dashboard, the agent's tarball; each only when its sources have
 * changed.
 *
 *   --quiet     say nothing but errors
 *   --types     without the dashboard's bundle and the agent's tarball
 *   --prepare   as npm runs it after an install: not an error when the development tools were left out
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { agentSources } from './agent-package/sources.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const flags = new Set(process.argv.slice(2))
const inRoot = (...parts) => path.join(root, ...parts)
const say = (text) => flags.has('--quiet') || console.log(text)

for (const flag of flags) {
  if (!['--quiet', '--types', '--prepare'].includes(flag)) {
    console.error(`Unknown flag ${flag}. Usage: npm run build [-- --quiet] [--types]`)
    process.exit(2)
  }
}
const tools = { tsc: 'typescript/bin/tsc', prisma: 'prisma/build/index.js', vite: 'vite/bin/vite.js' }
const missing = Object.entries(tools).filter(([, file]) => !existsSync(inRoot('node_modules', file)))
if (missing.length > 0) {
  console.error(`Not built: ${missing.map(([name]) => name).join(', ')} not installed. Run \`npm ci\` first.`)
  process.exit(flags.has('--prepare') ? 0 : 1)
}

mkdirSync(inRoot('build'), { recursive: true })
generateClient()
removeOrphans()
run('TypeScript', 'tsc', ['-b'])
if (!flags.has('--types')) {
  bundleDashboard()
  await packAgent()
}

function generateClient() {
  const sources = ['prisma/schema.prisma', 'prisma.config.ts', 'node_modules/prisma/package.json']
  const changed = changedSince(
    'prisma-client',
    sources.map((file) => inRoot(file)),
  )
  if (!changed && existsSync(inRoot('prisma/generated/client.ts'))) return
  run('Prisma client', 'prisma', ['generate'], { hideOutput: true })
  changed?.remember()
}

function bundleDashboard() {
  const config = inRoot('core/dashboard/vite.config.ts')
  if (!existsSync(config)) {
    say('Dashboard: no core/dashboard/vite.config.ts, skipped')
    return
  }
  const sources = [
    ...filesIn(inRoot('core/dashboard')),
    ...filesIn(inRoot('shared')),
    inRoot('package-lock.json'),
  ]
  const changed = changedSince('dashboard-bundle', sources)
  if (!changed && existsSync(inRoot('build/dashboard/index.html'))) return
  run('Dashboard', 'vite', ['build', '--config', config, '--logLevel', 'warn'])
  changed?.remember()
}

async function packAgent() {
  const start = performance.now()
  const changed = changedSince('agent-tarball', agentSources(root))
  if (!changed && existsSync(inRoot('build/dist/talos-agent.tgz'))) return
  const { buildAgent } = await import('./agent-package/build.mjs')
  const { bytes } = buildAgent(root, inRoot('build/dist'))
  changed?.remember()
  say(
    `Agent's tarball: ${Math.round(bytes / 1024)} KiB, ${((performance.now() - start) / 1000).toFixed(1)} s`,
  )
}

/** tsc leaves the output of a source that is gone; a test that was removed would run on. */
function removeOrphans() {
  const ours = (file) => /\.(js|js\.map|d\.ts)$/.test(file) && !file.startsWith(inRoot('build/dashboard'))
  for (const file of filesIn(inRoot('build')).filter(ours)) {
    const source = path.relative(inRoot('build'), file).replace(/\.(js|js\.map|d\.ts)$/, '.ts')
    if (!existsSync(inRoot(source))) rmSync(file)
  }
}

/** Undefined when the files are as they were; else how to remember them once the work is done. */
function changedSince(name, files) {
  const hash = createHash('sha256')
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(file)).update('\0')
  const digest = hash.digest('hex')
  const record = inRoot('build', `${name}.sha256`)
  if (existsSync(record) && readFileSync(record, 'utf8') === digest) return undefined
  return { remember: () => writeFileSync(record, digest) }
}

function filesIn(directory) {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
}

function run(title, tool, args, { hideOutput = false } = {}) {
  const start = performance.now()
  const result = spawnSync(process.execPath, [inRoot('node_modules', tools[tool]), ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: hideOutput ? 'pipe' : flags.has('--quiet') ? ['ignore', 'pipe', 'inherit'] : 'inherit',
    // Nothing here may need the network.
    env: { ...process.env, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  })
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`)
    console.error(`${title}: failed${result.signal === null ? '' : ` (${result.signal})`}`)
    process.exit(1)
  }
  say(`${title}: ${((performance.now() - start) / 1000).toFixed(1)} s`)
}
