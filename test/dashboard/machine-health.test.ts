import t from 'tap'
import { clockText, clockTone, diskTone, sizeText } from '../../core/dashboard/logic/machine-health.js'

const clock = { source: 'both', offsetMs: 12, uncertaintyMs: 4, ntp: 'synchronised' } as const

t.test('a clock is told with its uncertainty, and nothing where nothing is known', async (t) => {
  t.equal(clockText(clock), '+12 ms ± 4 ms')
  t.equal(clockText({ ...clock, offsetMs: -12_345 }), '−12.3 s ± 0.0 s')
  t.equal(clockText({ ...clock, uncertaintyMs: null }), '+12 ms')
  t.equal(clockText({ ...clock, offsetMs: null }), '—')
})

t.test('a clock is judged by the worst that it can be off', async (t) => {
  t.equal(clockTone(clock), 'good')
  t.equal(clockTone({ ...clock, uncertaintyMs: 500 }), 'warn')
  t.equal(clockTone({ ...clock, ntp: 'unsynchronised' }), 'warn')
  t.equal(clockTone({ ...clock, offsetMs: -1200 }), 'bad')
  t.equal(clockTone({ ...clock, source: 'conflict' }), 'bad')
  t.equal(clockTone({ ...clock, offsetMs: null }), 'warn', 'not knowing is not good')
})

t.test('a disk is judged by what is left of it', async (t) => {
  t.same([null, 50, 300, 5000].map(diskTone), ['quiet', 'bad', 'warn', 'good'])
  t.same([512, 2560].map(sizeText), ['512 MiB', '2.5 GiB'])
})
