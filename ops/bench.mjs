#!/usr/bin/env node
/**
 * `npm run bench -- NAME [--json]`: builds, runs one bench of test/bench, prints its tables. With --json the last line is
 * `{"bench":NAME,"figures":{...}}`. Some benches know more flags; the usage tells which. Exit code 2: wrong usage.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const names = readdirSync(path.join(root, 'test/bench'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort()

/** What a bench knows beside --json: whether, or how many. */
const MORE_FLAGS = {
  passes: { large: { type: 'boolean' } },
  'chaos-agent': { passes: { type: 'string' }, seed: { type: 'string' } },
  'agent-idle': { minutes: { type: 'string' } },
}
const asked = usage(process.argv.slice(2))
if (asked === null) {
  const shown = ([flag, { type }]) => (type === 'string' ? `--${flag} N` : `--${flag}`)
  const more = Object.entries(MORE_FLAGS).map(
    ([of, known]) => `With ${of} also: ${Object.entries(known).map(shown).join(', ')}`,
  )
  console.error([`Usage: npm run bench -- NAME [--json]`, `Names: ${names.join(', ')}`, ...more].join('\n'))
  process.exit(2)
}
const { name, json, flags } = asked

run('sh', ['ops/test-deps.sh'])
run(process.execPath, ['ops/build.mjs', '--quiet'])

const load = (file) => import(new URL(`../build/test/bench/${file}.js`, import.meta.url).href)
const { bench } = await load(name)
const { printed } = await load('harness/outcome')
// What is said on the way is no result.
const say = (line) => process.stderr.write(`${line}\n`)
const outcome = await bench(say, flags)
console.log(`\n${printed(outcome)}\n`)
if (json) console.log(JSON.stringify({ bench: name, figures: outcome.figures }))

/** Null for wrong usage. */
function usage(args) {
  const options = { json: { type: 'boolean' }, ...MORE_FLAGS[args.find((word) => names.includes(word))] }
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    const [name, ...surplus] = positionals
    const { json = false, ...flags } = values
    const numbers = Object.values(flags).filter((value) => typeof value === 'string')
    const isRight =
      names.includes(name) && surplus.length === 0 && numbers.every((n) => /^[1-9]\d{0,8}$/.test(n))
    return isRight ? { name, json, flags } : null
  } catch {
    return null
  }
}

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0) process.exit(status ?? 1)
}
