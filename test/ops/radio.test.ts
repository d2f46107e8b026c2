import { Command } from 'commander'
import t from 'tap'
import { bands, bandsText, frequency, radioBody, withRadio } from '../../ops/cli/radio.js'

t.test('megahertz become whole hertz; anything else is wrong usage', (t) => {
  t.same(['437.8', '145.990001', 'any'].map(frequency), [437_800_000, 145_990_001, 'any'])
  for (const wrong of ['', '0', '-1', '1e3', '437,8', '437.8 MHz', '1.0000001'])
    t.throws(() => frequency(wrong), { code: 'commander.invalidArgument' }, wrong)
  t.end()
})

t.test('bands are told one by one, and none takes them away', (t) => {
  const two = bands('transmit:144-146', bands('receive:435-438:rhcp'))
  t.same(two, [
    { direction: 'receive', lowHz: 435e6, highHz: 438e6, polarisation: 'rhcp' },
    { direction: 'transmit', lowHz: 144e6, highHz: 146e6, polarisation: 'any' },
  ])
  t.equal(bandsText(two), 'receive 435 to 438 MHz rhcp, transmit 144 to 146 MHz')
  t.same(bands('none', two), [])
  t.equal(bandsText([]), 'not stated')
  for (const wrong of ['receive:438-435', 'hear:1-2', 'receive:1-2:sideways', 'receive:1', ''])
    t.throws(() => bands(wrong), { code: 'commander.invalidArgument' }, wrong)
  t.end()
})

t.test('what a campaign needs is sent as core names it; what was not said is left out', (t) => {
  const command = withRadio(new Command())
  command.parse(['--downlink', '437.8', '--uplink', 'any', '--prepass', '30'], { from: 'user' })
  t.same(radioBody(command.opts()), {
    downlinkHz: 437_800_000,
    uplinkHz: null,
    polarisation: undefined,
    prepassS: 30,
    postpassS: undefined,
  })
  t.end()
})
