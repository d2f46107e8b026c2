import t from 'tap'

interface FileResult {
  name: string
  passed: number
  failed: number
  skipped: number
  failures: { path: string[]; details: string[] }[]
  skips: string[]
}

const { TapReader, closingLine } = await import(new URL('../../../ops/tap-report.mjs', import.meta.url).href)

function read(text: string): FileResult[] {
  const files: FileResult[] = []
  const reader = new TapReader((file: FileResult) => files.push(file))
  for (const line of text.split('\n')) reader.read(line)
  reader.end()
  return files
}

t.test('tests are counted, not assertions, and nested ones where they are innermost', async (t) => {
  const [file] = read(`TAP version 14
1..1
# Subtest: a.test.js
    # Subtest: two assertions
        ok 1 - one
        ok 2 - two
        1..2
    ok 1 - two assertions # time=1.5ms
    
    # Subtest: a property
        1..0
    ok 2 - a property # time=9ms
    
    # Subtest: outer
        # Subtest: inner
            ok 1 - x
            1..1
        ok 1 - inner # time=1ms
        
        1..1
    ok 3 - outer # time=2ms
    
    1..3
ok 1 - a.test.js # time=42.5ms
`)
  t.match(file, { name: 'a.test.js', passed: 3, failed: 0, skipped: 0, failures: [] })
})

t.test('a failure keeps its path and what tells why, without the source', async (t) => {
  const [file] = read(`# Subtest: a.test.js
    # Subtest: B1: holds
        not ok 1 - one is two
          ---
          compare: ===
          at:
            fileName: a.test.ts
          stack: |
            Test.<anonymous> (a.test.ts:2:44)
          source: >
            not ok 9 - this is text
          diff: |
            --- expected
            +++ actual
          ...
        ok 2 - fine
        1..2
    not ok 1 - B1: holds # time=3ms
      ---
      at:
        fileName: a.test.ts
      ...
    
    1..1
not ok 1 - a.test.js # time=5ms
  ---
  exitCode: 1
  ...
`)
  t.match(file, { passed: 0, failed: 1 })
  t.same(file?.failures, [
    {
      path: ['a.test.js', 'B1: holds', 'one is two'],
      details: [
        'stack: |',
        '  Test.<anonymous> (a.test.ts:2:44)',
        'diff: |',
        '  --- expected',
        '  +++ actual',
      ],
    },
  ])
})

t.test('a file that crashed, was killed or ran out of time counts as one failure', async (t) => {
  const files = read(`# Subtest: crash.test.js
    1..0 # no tests found
not ok 1 - crash.test.js # time=225.5ms
  ---
  exitCode: 1
  ...

# Subtest: killed.test.js
    # Subtest: p
        ok 1 - 1
        1..1
    ok 1 - p # time=2.7ms
    
    # test count(1) != plan(null)
not ok 2 - killed.test.js # time=577.3ms
  ---
  signal: SIGKILL
  ...

not ok 3 - timeout!
  ---
  expired: slow.test.js
  ...
`)
  t.match(files, [
    { name: 'crash.test.js', passed: 0, failed: 1 },
    { name: 'killed.test.js', passed: 1, failed: 1, failures: [{ details: ['signal: SIGKILL'] }] },
    { name: 'slow.test.js', passed: 0, failed: 1 },
  ])
})

t.test(
  'what was skipped is counted with its reason: whole tests, and tests whose every assertion was',
  async (t) => {
    const [file] = read(`# Subtest: a.test.js
    ok 1 - whole # SKIP no rotctld
    # Subtest: data
        ok 1 - needs foo # SKIP not here
        ok 2 - needs bar # SKIP not here
        1..2
    ok 2 - data # time=0.7ms
    
    # Subtest: partly
        ok 1 - needs foo # SKIP not here
        ok 2 - fine
        1..2
    ok 3 - partly # time=0.7ms
    
    not ok 4 - some day # TODO
    1..4
ok 1 - a.test.js # time=1ms
`)
    t.match(file, { passed: 1, failed: 0, skipped: 3 })
    t.ok(file?.skips.includes('whole: no rotctld'))
  },
)

t.test('the closing line is the one that machines read', async (t) => {
  t.equal(closingLine({ passed: 12, failed: 0, skipped: 0 }), '12 passed, 0 failed')
  t.equal(closingLine({ passed: 3, failed: 1, skipped: 2 }), '3 passed, 1 failed, 2 skipped')
})
