import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import t from 'tap'

const ROOT = resolve(import.meta.dirname, '../../..')

/** What each folder may import of the house (design section 1). Itself is always allowed. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  broker: ['shared'],
  core: ['shared', 'broker', 'prisma'],
  'core/dashboard': ['shared'],
  director: ['shared'],
  agent: ['shared'],
  ops: ['shared', 'core', 'director', 'agent'],
}

/** Inside core: who may import whom. Routes sit on the areas, areas on what all share. */
const AREAS = ['identity', 'fleet', 'planning', 'health']
const COMMON = ['audit', 'db', 'crypto', 'http']

const sources = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && /\.tsx?$/.test(e.name) && !e.parentPath.includes('node_modules'))
    .map((e) => relative(ROOT, join(e.parentPath, e.name)))

const STATEMENT =
  /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g

/** The files of the house that a file imports, relative to the root, without their endings. */
function imports(file: string): string[] {
  if (file === '') return []
  const text = readFileSync(join(ROOT, file), 'utf8')
  return [...text.matchAll(STATEMENT)]
    .map((m) => m[1] ?? m[2] ?? '')
    .filter((path) => path.startsWith('.'))
    .map((path) => relative(ROOT, resolve(ROOT, dirname(file), path)).replace(/\.(js|ts|tsx)$/, ''))
}

const folderOf = (path: string): string =>
  path.startsWith('core/dashboard/') ? 'core/dashboard' : (path.split('/')[0] ?? '')

const all = Object.keys(MAY_IMPORT)
  .filter((f) => f !== 'core/dashboard')
  .flatMap(sources)

t.test('the house has files in every folder', (t) => {
  for (const folder of Object.keys(MAY_IMPORT))
    t.ok(
      all.some((f) => folderOf(f) === folder),
      folder,
    )
  t.end()
})

t.test('imports go one way between the folders', (t) => {
  for (const file of all) {
    const from = folderOf(file)
    const foreign = imports(file).filter(
      (i) => folderOf(i) !== from && !i.endsWith('.json') && !i.endsWith('.css'),
    )
    const wrong = foreign.filter((i) => MAY_IMPORT[from]?.includes(folderOf(i)) !== true)
    if (wrong.length > 0) t.fail(`${file} imports ${wrong.join(', ')}`)
  }
  t.pass(`${all.length} files looked at`)
  t.end()
})

t.test('inside core routes sit on the areas, and the areas on what all share', (t) => {
  for (const file of all.filter((f) => folderOf(f) === 'core')) {
    const area = file.split('/')[1] ?? ''
    for (const target of imports(file).filter((i) => folderOf(i) === 'core')) {
      const to = target.split('/')[1] ?? ''
      const isUp = AREAS.includes(area) && to === 'routes'
      const isBelow = COMMON.includes(area) && area !== 'http' && (AREAS.includes(to) || to === 'routes')
      if (isUp || isBelow) t.fail(`${file} imports ${target}`)
    }
  }
  t.pass('looked')
  t.end()
})

t.test('shared is pure: nothing of Node, nothing of a database, nothing of a network', (t) => {
  const allowed = ['zod', 'jose', 'satellite.js', 'csv-parse/sync', 'fast-xml-parser']
  for (const file of all.filter((f) => folderOf(f) === 'shared')) {
    const text = readFileSync(join(ROOT, file), 'utf8')
    const packages = [...text.matchAll(STATEMENT)]
      .map((m) => m[1] ?? m[2] ?? '')
      .filter((p) => !p.startsWith('.'))
    const wrong = packages.filter((p) => !allowed.includes(p))
    if (wrong.length > 0) t.fail(`${file} imports ${wrong.join(', ')}`)
  }
  t.pass('looked')
  t.end()
})

t.test('the dashboard carries no reader of files: those who read them are servers and command lines', (t) => {
  const known = new Map(all.map((f) => [f.replace(/\.tsx?$/, ''), f]))
  const seen = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const next of imports(file)) visit(known.get(next) ?? '')
  }
  for (const file of all.filter((f) => folderOf(f) === 'core/dashboard')) visit(file)
  t.ok(seen.has('shared/orbit/propagate.ts'), 'the graph is followed into shared')
  for (const reader of ['omm-xml', 'omm-csv', 'elements'])
    t.notOk(seen.has(`shared/orbit/${reader}.ts`), reader)
  t.end()
})

t.test('there are no import cycles', (t) => {
  const known = new Map(all.map((f) => [f.replace(/\.tsx?$/, ''), imports(f)]))
  const state = new Map<string, 'open' | 'done'>()
  const visit = (node: string, trail: readonly string[]): void => {
    if (state.get(node) === 'done') return
    if (state.get(node) === 'open') {
      t.fail(`cycle: ${[...trail.slice(trail.indexOf(node)), node].join(' -> ')}`)
      return
    }
    state.set(node, 'open')
    for (const next of known.get(node) ?? []) visit(next, [...trail, node])
    state.set(node, 'done')
  }
  for (const node of known.keys()) visit(node, [])
  t.pass('looked')
  t.end()
})

t.test('no barrels, no utils, no default exports, and no file that does too much', (t) => {
  for (const file of all) {
    const text = readFileSync(join(ROOT, file), 'utf8')
    if (/(^|\/)(index|utils?|helpers?)\.tsx?$/.test(file)) t.fail(`${file}: a name that says nothing`)
    if (/^export default /m.test(text) && !file.endsWith('vite.config.ts')) t.fail(`${file}: default export`)
    const lines = text.split('\n').length
    // Texts are a list, not a job: one language is one file.
    if (lines > 350 && !file.startsWith('core/dashboard/text/')) t.fail(`${file}: ${lines} lines`)
  }
  t.pass('looked')
  t.end()
})
