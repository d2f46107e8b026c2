/** `talos satellites`: what is known of one, and transmitters that a person knows of. */
import { type Command, Option } from 'commander'
import { okSchema } from '../../../shared/api/common.js'
import { satelliteSchema } from '../../../shared/api/elements.js'
import { polarisationSchema } from '../../../shared/api/radio.js'
import {
  type Transmitter,
  transmitterKind,
  transmitterSchema,
  transmitterStatus,
  transmittersResponse,
} from '../../../shared/api/transmitters.js'
import { wholeNumber } from '../arguments.js'
import { type Run, signedIn } from '../context.js'
import { shortTime, table } from '../table.js'

const hertz = wholeNumber(1, 1e12)
const pathOf = (id: string) => `/satellites/${encodeURIComponent(id)}`

const mhz = (hz: number) => (hz / 1e6).toFixed(6).replace(/0{1,3}$/, '')

/** `145.800`, `145.900-145.950`, MHz. */
function bandText(low: number | null, high: number | null): string {
  if (low === null) return '-'
  return high === null || high === low ? mhz(low) : `${mhz(low)}-${mhz(high)}`
}

const transmitterRow = (x: Transmitter) => [
  x.status,
  bandText(x.downlinkLowHz, x.downlinkHighHz),
  `${bandText(x.uplinkLowHz, x.uplinkHighHz)}${x.invert ? ' inverted' : ''}`,
  x.mode ?? '-',
  x.polarisation ?? '-',
  x.description,
  x.source,
  x.id,
]
const HEAD = ['STATUS', 'DOWN MHZ', 'UP MHZ', 'MODE', 'POLARISATION', 'DESCRIPTION', 'SOURCE', 'ID']

interface AddOptions {
  description: string
  kind: string
  status: string
  downlink?: number
  downlinkHigh?: number
  uplink?: number
  uplinkHigh?: number
  mode?: string
  polarisation?: string
  invert?: boolean
}

export function registerSatellites(program: Command, run: Run) {
  const satellites = program.command('satellites').description('satellites and their transmitters')
  satellites
    .command('show')
    .description('its elements, what became of it, and what it sends and hears on')
    .argument('<number>', 'catalogue number')
    .action((id: string) =>
      run(async (context) => {
        const { api } = await signedIn(context)
        const satellite = await api.get(pathOf(id), satelliteSchema)
        const known = await api.get(`${pathOf(id)}/transmitters`, transmittersResponse)
        context.out.show({ ...satellite, catalogue: known.catalogue, transmitters: known.items }, (s) =>
          [
            `${s.name} (${s.id})${s.catalogue === null ? '' : `, ${s.catalogue.life} by ${s.catalogue.source}`}`,
            `elements of ${shortTime(s.epoch)} UTC from ${s.source}, ${s.ageDays.toFixed(1)} days old, ${s.age}`,
            '',
            table(
              HEAD,
              s.transmitters.map(transmitterRow),
              'No transmitters. Fetch them: talos elements sources add satnogs:transmitters',
            ),
          ].join('\n'),
        )
      }),
    )
  satellites
    .command('add-transmitter')
    .description('one that you know of; frequencies in Hz')
    .argument('<number>', 'catalogue number')
    .requiredOption('--description <text>')
    .option('--downlink <hz>', 'what it sends on, or the lower end of the band', hertz)
    .option('--downlink-high <hz>', 'the upper end of the band', hertz)
    .option('--uplink <hz>', 'what it hears on, or the lower end of the band', hertz)
    .option('--uplink-high <hz>', 'the upper end of the band', hertz)
    .option('--mode <text>', 'FM, USB, GMSK ...')
    .option('--invert', 'a transponder that turns the band round')
    .addOption(new Option('--polarisation <which>').choices(polarisationSchema.exclude(['any']).options))
    .addOption(new Option('--kind <which>').choices(transmitterKind.options).default('transmitter'))
    .addOption(new Option('--status <which>').choices(transmitterStatus.options).default('active'))
    .action((id: string, o: AddOptions) =>
      run(async (context) => {
        const { api } = await signedIn(context)
        const body = {
          description: o.description,
          kind: o.kind,
          status: o.status,
          downlinkLowHz: o.downlink ?? null,
          downlinkHighHz: o.downlinkHigh ?? null,
          uplinkLowHz: o.uplink ?? null,
          uplinkHighHz: o.uplinkHigh ?? null,
          mode: o.mode ?? null,
          polarisation: o.polarisation ?? null,
          invert: o.invert ?? false,
        }
        const made = await api.send('POST', `${pathOf(id)}/transmitters`, body, transmitterSchema)
        context.out.show(made, (x) => table(HEAD, [transmitterRow(x)], ''))
      }),
    )
  satellites
    .command('remove-transmitter')
    .description('take back one that was added by hand')
    .argument('<number>', 'catalogue number')
    .argument('<id>', 'of the transmitter')
    .action((id: string, transmitterId: string) =>
      run(async (context) => {
        const { api } = await signedIn(context)
        const path = `${pathOf(id)}/transmitters/${encodeURIComponent(transmitterId)}`
        await api.send('DELETE', path, undefined, okSchema)
        context.out.show({ id: transmitterId }, (x) => `${x.id} is removed.`)
      }),
    )
}
