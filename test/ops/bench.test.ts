import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import t from 'tap'

const ROOT = resolve(import.meta.dirname, '../../..')
const bench = (...args: string[]) =>
  spawnSync(process.execPath, ['ops/bench.mjs', ...args], { cwd: ROOT, encoding: 'utf8' })

t.test(
  'a bench that does not exist, a second name or an unknown flag is wrong usage, and the names are said',
  (t) => {
    const wrong = [[], ['nonsense'], ['broker', 'again'], ['broker', '--fast'], ['broker', '--large']]
    const numbers = ['0', '-3', '1e3', 'many'].map((number) => ['chaos-agent', `--passes=${number}`])
    for (const args of [...wrong, ...numbers, ['chaos-agent', '--passes']]) {
      const { status, stderr } = bench(...args)
      t.equal(status, 2, args.join(' '))
      t.match(
        stderr,
        /^Usage: npm run bench -- NAME \[--json\]\nNames: .*\bbroker\b.*\nWith passes also: --large\nWith chaos-agent also: --passes N, --seed N\n/,
      )
    }
    t.end()
  },
)
