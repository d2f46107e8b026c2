import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import t from 'tap'

const ROOT = resolve(import.meta.dirname, '../../..')
const DASHBOARD = join(ROOT, 'core/dashboard')

/** Where English stands in what draws: attributes that people read, text between tags, and sentences in quotes. */
const ENGLISH = [
  /\b(?:title|label|text|hint|lead|placeholder|submit|aria-label|alt)="[^"]*[A-Za-z]{2}[^"]*"/g,
  /\b(?:title|label|text|hint|lead|why): '[A-Z][^'\n]*'/g,
  /(?<!=)>\s*([A-Z][a-z]+[^<>{}=;()]*)</g,
  /\n\s+[A-Z][a-z]+,? [a-z][^=;\n]*(?=\n\s*[<{])/g,
  /'[A-Z][a-z]+ [^'\n]*'/g,
  /`[A-Z][a-z]+ [^`]*`/g,
]

/** Pages whose texts have not moved yet. The list only shrinks. */
const PENDING: readonly string[] = [
  'map/world-map.tsx',
  'pages/fleet-attention.tsx',
  'pages/fleet-now.tsx',
  'pages/fleet-stations.tsx',
  'pages/fleet.tsx',
]

const withoutComments = (code: string): string =>
  code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')

const english = (code: string): string[] =>
  ENGLISH.flatMap((pattern) => withoutComments(code).match(pattern) ?? []).map((text) =>
    text.trim().replace(/\s+/g, ' '),
  )

const drawing = readdirSync(DASHBOARD, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.tsx'))
  .map((entry) => relative(DASHBOARD, join(entry.parentPath, entry.name)))

const found = new Map(
  drawing.map((file) => [file, english(readFileSync(join(DASHBOARD, file), 'utf8'))] as const),
)

t.test('the rule sees English where it stands, and no code', (t) => {
  const sees = (code: string) => english(code).length > 0
  t.ok(sees('<button\n  type="button"\n>\n  Sign out\n</button>'), 'text between tags')
  t.ok(sees('<p>Loading…</p>'), 'one word')
  t.ok(sees('<Field label="E-mail" />'), 'an attribute')
  t.ok(sees("{wrong ? 'Ask the owner' : ''}"), 'a sentence in quotes')
  t.ok(sees('title={`Maintenance until {until}`}'), 'a sentence with a number in it')
  t.notOk(
    sees("// Closing it warns once\nconst [a, set] = useState<Failure | null>(null)\nconst k = 'Enter'"),
  )
  t.notOk(sees('<p class="note bad">{texts.parts.loading}</p>'))
  t.end()
})

t.test('what draws holds no English: every text is in core/dashboard/text', (t) => {
  for (const [file, texts] of found)
    if (texts.length > 0 && !PENDING.includes(file)) t.fail(`${file}: ${texts.join(' | ')}`)
  for (const file of PENDING)
    if ((found.get(file) ?? []).length === 0) t.fail(`${file} has moved: take it off the list`)
  t.ok(drawing.length > 50, `${drawing.length} files looked at`)
  t.end()
})
