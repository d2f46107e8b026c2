import t from 'tap'
import type { Mount } from '../../../shared/messages.js'
import { branches } from '../../../shared/mount/branch.js'
import { unwind } from '../../../shared/mount/unwind.js'
import { MOUNT } from '../../support/mounts.js'
import { straightPass } from '../../support/passes.js'
import { pathFault } from '../../support/paths.js'

const mount: Mount = { ...MOUNT, azMin: 0, azMax: 360 }
const pass = straightPass({ maxEl: 30, azAtTop: 0 })
const [a, b] = branches(mount, pass).sort((p, q) => (p.errDeg[0] ?? 0) - (q.errDeg[0] ?? 0))
if (a === undefined || b === undefined) throw new Error('two branches are needed')

t.test('leaving, turning and meeting again costs no more than the turn, and less than waiting', (t) => {
  const change = unwind(mount, pass, a, b, 0)
  if (change === null) return t.fail('no unwinding')
  t.equal(pathFault(mount, pass, change.branch), null)
  const lostS = ((1 - change.branch.onTarget) * pass.az.length * pass.dtMs) / 1000
  t.ok(lostS > 30 && lostS <= 62, `${lostS} s lost; a whole turn takes 60 s`)
  t.ok(change.branch.onTarget > Math.max(a.onTarget, b.onTarget) + 0.2)
  t.end()
})

t.test('a mount that needs longer to gather speed and to settle loses more', (t) => {
  const brisk = unwind(mount, pass, a, b, 0)?.branch.onTarget ?? 0
  const heavy = unwind({ ...mount, azAccel: 0.5, settleS: 10 }, pass, a, b, 0)?.branch.onTarget ?? 0
  t.ok(heavy > 0 && heavy < brisk - 0.02, `${heavy} of ${brisk}`)
  t.end()
})

t.test('what does not beat the best known is not looked for', (t) => {
  t.equal(unwind(mount, pass, a, b, pass.az.length), null)
  t.end()
})

t.test('the way round does not lead through a keep-out', (t) => {
  const mast: Mount = { ...mount, keepOut: [{ azFrom: 175, azTo: 185, elBelow: 80 }] }
  t.equal(unwind(mast, pass, a, b, 0), null)
  t.end()
})
