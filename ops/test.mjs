#!/usr/bin/env node
/**
 * `npm test [-- PATTERN ...]`: builds, starts one PostgreSQL for the run, runs the test files whose path contains a
 * pattern (all without one), and ends with one line that holds the counts.
 */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { endProcessesOf } from './processes.mjs'
import { closingLine, TapReader } from './tap-report.mjs'

/** One more than the cores that it is made for: whole stories wait for the clock more than they work. */
const JOBS = 3
/** Of one file, and of each test in it. */
const TIMEOUT_S = 240
const root = fileURLToPath(new URL('..', import.meta.url))
const inRoot = (...parts) => path.join(root, ...parts)
const patterns = process.argv.slice(2)

const files = testFiles().filter(
  (file) => patterns.length === 0 || patterns.some((part) => file.includes(part)),
)
if (files.length === 0) {
  console.error(`No test file has ${patterns.join(' or ')} in its path.`)
  process.exit(2)
}

run('sh', ['ops/test-deps.sh'])
run(process.execPath, ['ops/build.mjs', '--quiet'])
buildTap()

// Everything that tests put into the temporary folder lies in here, and goes with it. Others may pass (not look):
// a PostgreSQL that a root started is not root.
const folder = mkdtempSync(path.join(os.tmpdir(), 'talos-test-'))
chmodSync(folder, 0o711)
let stopping = false
let tap
let database
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal))

try {
  database = await startDatabase()
  process.exitCode = stopping ? 1 : await runTap()
} finally {
  await database?.stop()
  endProcessesOf(folder)
  rmSync(folder, { recursive: true, force: true })
}

/** The long stories first, so that none of them is left alone at the end. */
function testFiles() {
  const isStory = (file) => file.startsWith('build/test/journeys/')
  return readdirSync(inRoot('test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.posix.join('build/test', file.replace(/\.ts$/, '.js')))
    .sort((a, b) => isStory(b) - isStory(a) || (a < b ? -1 : 1))
}

function run(command, args) {
  const { status, signal } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (status === 0) return
  console.log(closingLine({ passed: 0, failed: 1, skipped: 0 }))
  process.exit(signal === null ? (status ?? 1) : 1)
}

/** tap compiles its plugins into node_modules; `npm ci` takes that away, and TypeScript 7 keeps tap from noticing. */
function buildTap() {
  const built = readFileSync(inRoot('node_modules/@tapjs/test/test-built/dist/esm/index.js'), 'utf8')
  const wanted = !/^export const signature = `[^`]*@tapjs\/typescript/m.test(built)
  if (!wanted) {
    console.log('Building tap, once after an install')
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [inRoot('node_modules/.bin/tap'), 'build'],
      {
        cwd: root,
        encoding: 'utf8',
      },
    )
    if (status !== 0) throw new Error(`tap build failed:\n${stdout}${stderr}`)
  }
}

async function startDatabase() {
  const load = (file) => import(new URL(`../build/${file}`, import.meta.url).href)
  const { startTestServer } = await load('test/support/server.js')
  return startTestServer(path.join(folder, 'server'))
}

function runTap() {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  const skips = new Set()
  const reader = new TapReader((result) => {
    for (const key of Object.keys(counts)) counts[key] += result[key]
    for (const reason of result.skips) skips.add(`  ${sourceOf(result.name)}: ${reason}`)
    report(result)
  })
  tap = spawn(process.execPath, [inRoot('ops/test-files.mjs'), ...files], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own, so that stop() reaches the test files too.
    detached: true,
    env: {
      TAP_TIMEOUT: String(TIMEOUT_S),
      ...process.env,
      TMPDIR: folder,
      TALOS_TEST_PG: JSON.stringify(database.info),
      TALOS_TEST_JOBS: String(JOBS),
      FORCE_COLOR: '0',
    },
  })
  createInterface({ input: tap.stdout }).on('line', (line) => reader.read(line))
  return new Promise((resolve) => {
    tap.once('close', (code) => {
      reader.end()
      if (skips.size > 0) console.log(`\nSkipped:\n${[...skips].join('\n')}`)
      if (stopping) console.log('\nStopped before the end')
      // tap may fail by itself, without a test that did.
      if (code !== 0 && counts.failed === 0) counts.failed = 1
      console.log(`\n${closingLine(counts)}`)
      resolve(counts.failed === 0 ? 0 : 1)
    })
  })
}

function report({ name, passed, failed, skipped, milliseconds, failures }) {
  const mark = failed > 0 ? 'FAIL' : passed > 0 ? 'ok  ' : 'skip'
  console.log(
    `${mark} ${sourceOf(name)} (${closingLine({ passed, failed, skipped })}; ${Math.round(milliseconds)} ms)`,
  )
  for (const failure of failures) {
    console.log(`\n  x ${failure.path.slice(1).join(' > ') || 'the file itself'}`)
    for (const line of failure.details) console.log(`      ${line}`)
  }
  if (failures.length > 0) console.log('')
}

function sourceOf(file) {
  const source = file.replace(/^build\//, '').replace(/\.js$/, '.ts')
  return existsSync(inRoot(source)) ? source : file
}

function stop(signal) {
  stopping = true
  try {
    if (tap?.pid !== undefined) process.kill(-tap.pid, signal)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
  // What does not listen to the signal is ended with everything else of this run.
  setTimeout(() => endProcessesOf(folder), 5000).unref()
}
