import t from 'tap'
import { planBranch } from '../../../shared/mount/branch.js'
import { simulate } from '../../../shared/mount/simulate.js'
import { MOUNT } from '../../support/mounts.js'
import { straightPass } from '../../support/passes.js'

t.test('a mount that waits at the first sample follows a followable pass without error', (t) => {
  const pass = straightPass({ maxEl: 60, azAtTop: 90 })
  const branch = planBranch(MOUNT, pass)
  if (branch === null) return t.end()
  const first = { az: branch.az[0] ?? 0, el: branch.el[0] ?? 0 }
  const run = simulate(MOUNT, first, branch, pass.dtMs, pass)
  t.ok(run.maxErrDeg < 1e-6, String(run.maxErrDeg))
  t.equal(run.onTarget, 1)
  t.end()
})

t.test('a mount that starts far away is off target until it arrives', (t) => {
  const still = { az: new Array<number>(61).fill(180), el: new Array<number>(61).fill(45) }
  const run = simulate(MOUNT, { az: 0, el: 45 }, still, 1000)
  t.equal(run.az[10], 60)
  t.equal(run.az[30], 180)
  t.ok(run.onTarget > 0.5 && run.onTarget < 0.65, String(run.onTarget))
  t.equal(Math.round(run.maxErrDeg * 1e6), 90e6)
  t.end()
})

t.test('the error of a shaped track is taken against the sky', (t) => {
  const shaped = { az: [0, 1], el: [10, 10] }
  const sky = { az: [0, 0], el: [10, 12] }
  t.equal(Math.round(simulate(MOUNT, { az: 0, el: 10 }, shaped, 1000, sky).maxErrDeg * 10), 22)
  t.end()
})
