import t from 'tap'
import { planPath } from '../../../shared/mount/path.js'
import { onTargetSeconds } from '../../../shared/mount/value.js'
import { parseElements } from '../../../shared/orbit/elements.js'
import { lookAngles } from '../../../shared/orbit/look.js'
import { findPasses } from '../../../shared/orbit/passes.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import { DAY, SECOND } from '../../../shared/time.js'
import { dataFile } from '../../support/data.js'
import { pathFault } from '../../support/paths.js'
import { realMounts } from '../../support/real-mounts.js'

const START = Date.parse('2026-05-08T00:00:00.000Z')

t.test('every real mount follows a day of real passes at its own place within its limits and rates', (t) => {
  const antennas = dataFile(t, 'mounts/antenna.cat')
  const positions = dataFile(t, 'mounts/position.cat')
  const tle = dataFile(t, 'sats-200.tle')
  if (antennas === null || positions === null || tle === null) return t.end()
  const [omm] = parseElements(tle).elements
  if (omm === undefined) return t.fail('no elements')
  const satellite = satelliteFrom(omm)
  const mounts = realMounts(antennas, positions, () => 20)
  t.ok(mounts.length > 60, `${mounts.length} mounts`)
  const faults: string[] = []
  let [planned, valued, lengthS] = [0, 0, 0]
  for (const { name, mount, site } of mounts)
    for (const pass of findPasses(satellite, site, START, START + DAY, {
      minElevation: Math.max(10, mount.elMin),
    })) {
      const count = Math.floor((pass.los - pass.aos) / SECOND) + 1
      const looks = Array.from({ length: count }, (_, i) =>
        lookAngles(satellite, site, pass.aos + i * SECOND),
      )
      const track = { az: looks.map((l) => l.az), el: looks.map((l) => l.el), dtMs: SECOND }
      const path = planPath(mount, track)
      const fault = path === null ? 'no path' : pathFault(mount, track, path)
      if (fault !== null) faults.push(`${name} ${new Date(pass.aos).toISOString()}: ${fault}`)
      const every = 15
      const coarse = {
        az: track.az.filter((_, i) => i % every === 0),
        el: track.el.filter((_, i) => i % every === 0),
        dtMs: every * SECOND,
      }
      planned += (path?.onTarget ?? 0) * count
      valued += onTargetSeconds(mount, coarse)
      lengthS += count
    }
  t.same(faults, [])
  t.ok(planned > 0.97 * lengthS, `${planned} of ${lengthS} s on target`)
  t.ok(Math.abs(valued - planned) < 0.03 * lengthS, `valued at ${valued} s`)
  t.end()
})
