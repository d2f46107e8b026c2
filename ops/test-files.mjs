/**
 * Runs test files under tap, `TALOS_TEST_JOBS` at a time, in the order in which they are given, and prints TAP.
 *
 * tap's own command loads a hook into every process that a test starts, to know what covers what. Nobody asks for that
 * here, and it doubles the time in which a program of ours is loaded: `env` takes the hook out again.
 */
import { t } from 'tap'

// Each file has its time; together they take as long as they take.
t.setTimeout(0)
t.jobs = Number(process.env['TALOS_TEST_JOBS'])
for (const name of process.argv.slice(2)) {
  const command = ['-u', 'NODE_OPTIONS', process.execPath, name]
  t.spawn('env', command, {
    name,
    buffered: true,
    stdio: 'inherit',
    timeout: 1000 * Number(process.env['TAP_TIMEOUT']),
  })
}
