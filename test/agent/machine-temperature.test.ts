import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { machineTemperatureC } from '../../agent/machine-temperature.js'
import { temporaryDirectory } from '../support/directory.js'

t.test('the hottest zone counts; a sensor that reads nonsense does not', async (t) => {
  const directory = temporaryDirectory(t)
  const zone = (name: string, text: string) => {
    mkdirSync(path.join(directory, name))
    writeFileSync(path.join(directory, name, 'temp'), text)
  }
  t.equal(await machineTemperatureC(directory), null)
  zone('thermal_zone0', '48312\n')
  zone('thermal_zone1', '61000\n')
  zone('thermal_zone2', '-274000\n')
  zone('thermal_zone3', 'n/a\n')
  mkdirSync(path.join(directory, 'thermal_zone4'))
  zone('cooling_device0', '99000\n')
  t.equal(await machineTemperatureC(directory), 61)
  t.equal(await machineTemperatureC(path.join(directory, 'absent')), null)
})
