#!/usr/bin/env node
/**
 * `npm run bench -- NAME [--json]`: builds, runs one bench of test/bench, prints its tables. With --json the last line is
 * `{"bench":NAME,"figures":{...}}`. With --large, where a bench knows it, also what takes minutes. Exit code 2: wrong usage.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const names = readdirSync(path.join(root, 'test/bench'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort()

const flags = process.argv.slice(2).filter((word) => word.startsWith('--'))
const [name, ...surplus] = process.argv.slice(2).filter((word) => !word.startsWith('--'))
/** What a bench knows beside --json. */
const MORE_FLAGS = { passes: ['--large'] }
const known = ['--json', ...(MORE_FLAGS[name] ?? [])]
if (!names.includes(name) || surplus.length > 0 || flags.some((flag) => !known.includes(flag))) {
  const more = Object.entries(MORE_FLAGS).map(([of, more]) => `With ${of} also: ${more.join(', ')}`)
  console.error([`Usage: npm run bench -- NAME [--json]`, `Names: ${names.join(', ')}`, ...more].join('\n'))
  process.exit(2)
}

run('sh', ['ops/test-deps.sh'])
run(process.execPath, ['ops/build.mjs', '--quiet'])

const load = (file) => import(new URL(`../build/test/bench/${file}.js`, import.meta.url).href)
const { bench } = await load(name)
const { printed } = await load('harness/outcome')
// What is said on the way is no result.
const say = (line) => process.stderr.write(`${line}\n`)
const outcome = await bench(say, { large: flags.includes('--large') })
console.log(`\n${printed(outcome)}\n`)
if (flags.includes('--json')) console.log(JSON.stringify({ bench: name, figures: outcome.figures }))

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0) process.exit(status ?? 1)
}
