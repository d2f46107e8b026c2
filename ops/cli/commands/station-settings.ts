/** `talos stations show|make|set`: one station, what people say of it. */
import { type Command, Option } from 'commander'
import { STATION_CREDENTIALS, type StationCredential } from '../../../shared/api/certificates.js'
import { type Station, stationSchema } from '../../../shared/api/fleet.js'
import type { RadioBand } from '../../../shared/api/radio.js'
import type { Capability } from '../../../shared/capabilities.js'
import { TalosError } from '../../../shared/errors.js'
import { fingerprintGroups } from '../../../shared/fingerprint.js'
import { capabilityList, endOfDay, numberWithin } from '../arguments.js'
import { type Run, signedIn } from '../context.js'
import { badgeText } from '../enroll-text.js'
import { findStation } from '../names.js'
import { bands, bandsText } from '../radio.js'
import { shortTime } from '../table.js'

interface Settings {
  readonly name?: string
  readonly lat?: number
  readonly lon?: number
  readonly alt?: number
  readonly minElevation?: number
  readonly capabilities?: Capability[]
  /** ISO 8601, or `never`. */
  readonly expires?: string
  readonly credential?: StationCredential
  readonly band?: RadioBand[]
}

/** Commander makes an empty text of null. */
const NEVER = 'never'

const utc = (time: string | null): string => (time === null ? '-' : `${shortTime(time)} UTC`)

function keyText({ keys }: Station): string {
  const key = keys?.find(({ revokedAt }) => revokedAt === null)
  return key === undefined ? '-' : `made ${utc(key.createdAt)}, renewed from ${utc(key.renewAt)} on`
}

function certificateText({ certificates }: Station): string {
  const certificate = certificates?.find(({ revokedAt }) => revokedAt === null)
  return certificate === undefined ? '-' : `${certificate.serial}, until ${utc(certificate.notAfter)}`
}

/** What one compares with what stands on the machine before one approves it, and the rest. */
function stationText(station: Station, nowMs: number): string {
  const { site, live, locked } = station
  const rows: readonly (readonly [string, string])[] = [
    ['Name', station.name],
    ['Status', station.status],
    ...(locked === null ? [] : [['Locked', `${utc(locked.at)}: ${locked.reason}`] as const]),
    ['Live', live === null || live.link === 'offline' ? 'offline' : live.state],
    ['Enrollment', badgeText(station, nowMs)],
    ['Fingerprint', station.fingerprint === null ? '-' : fingerprintGroups(station.fingerprint).join(' ')],
    ['Machine', [station.hostname, station.platform].filter((part) => part !== null).join(', ') || '-'],
    ['Address', station.address ?? '-'],
    ['Agent', station.agentVersion ?? '-'],
    ['Driver', station.driver ?? '-'],
    ['Capabilities', station.capabilities.join(', ')],
    ['Signs in with', station.credential],
    ['Key', keyText(station)],
    ['Certificate', certificateText(station)],
    [
      'Site',
      site === null
        ? 'not known, so no passes: set --lat, --lon and --alt'
        : `${site.lat}, ${site.lon}, ${site.altM} m`,
    ],
    ['Min. elevation', `${station.minElevation}°`],
    ['Radio', bandsText(station.rf)],
    ...station.maintenance.map(
      (w) => ['Maintenance', `${utc(w.from)} to ${utc(w.to)}: ${w.reason}`] as const,
    ),
    ['Made', utc(station.createdAt)],
    ['Approved', utc(station.approvedAt)],
    ['Ends', station.expiresAt === null ? 'never' : utc(station.expiresAt)],
    ['Id', station.id],
  ]
  const width = Math.max(...rows.map(([label]) => label.length))
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join('\n')
}

/** All three, or none. */
function siteOf({ lat, lon, alt }: Settings) {
  if (lat === undefined && lon === undefined && alt === undefined) return {}
  if (lat === undefined || lon === undefined || alt === undefined)
    throw new TalosError('config_invalid', 'A site needs --lat, --lon and --alt together.')
  return { site: { lat, lon, altM: alt } }
}

const bodyOf = (settings: Settings) => ({
  ...siteOf(settings),
  ...(settings.name === undefined ? {} : { name: settings.name }),
  ...(settings.minElevation === undefined ? {} : { minElevation: settings.minElevation }),
  ...(settings.capabilities === undefined ? {} : { capabilities: settings.capabilities }),
  ...(settings.band === undefined ? {} : { rf: settings.band }),
  ...(settings.credential === undefined ? {} : { credential: settings.credential }),
})

const withSite = (command: Command): Command =>
  command
    .option('--lat <degrees>', 'north positive', numberWithin(-90, 90))
    .option('--lon <degrees>', 'east positive', numberWithin(-180, 180))
    .option('--alt <metres>', 'above the WGS84 ellipsoid', numberWithin(-500, 9000))
    .option('--min-elevation <degrees>', 'below it nothing is received', numberWithin(0, 89))
    .option('--capabilities <list>', 'what it may do: rotator, rig or both', capabilityList)

export function registerSettings(stations: Command, run: Run) {
  stations
    .command('show')
    .description('one station: what to compare before it is approved, and all that is known')
    .argument('<station>', 'name or id')
    .action((wanted: string) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const { id } = await findStation(api, org, wanted)
        const station = await api.get(`/orgs/${org}/stations/${id}`, stationSchema)
        context.out.show(station, (it) => stationText(it, context.clock.now()))
      }),
    )
  withSite(stations.command('make'))
    .description('make a station before its agent exists; then: talos enroll --station NAME')
    .argument('<name>', 'what people call it')
    .action((name: string, settings: Settings) =>
      run(async (context) => {
        const { api, org } = await signedIn(context)
        const body = bodyOf({ ...settings, name })
        const made = await api.send('POST', `/orgs/${org}/stations`, body, stationSchema)
        context.out.show(made, (it) => `${it.name} is made. Its token: talos enroll --station "${it.name}"`)
      }),
    )
  withSite(stations.command('set'))
    .description('change a station')
    .argument('<station>', 'name or id')
    .option('--name <name>', 'what people call it from now on')
    .option(
      '--band <band>',
      'what its radio can do, one for each, such as receive:435-438:rhcp; or none',
      bands,
    )
    .addOption(
      new Option('--credential <which>', 'with what it signs in on the bus').choices(STATION_CREDENTIALS),
    )
    .option(
      '--expires <day>',
      'the last day on which it works, or never; then it is revoked',
      (text) => endOfDay(text) ?? NEVER,
    )
    .action((wanted: string, { expires, ...settings }: Settings) =>
      run(async (context) => {
        const body = {
          ...bodyOf(settings),
          ...(expires === undefined ? {} : { expiresAt: expires === NEVER ? null : expires }),
        }
        if (Object.keys(body).length === 0)
          throw new TalosError('config_invalid', 'Say what to change: talos stations set --help')
        const { api, org } = await signedIn(context)
        const { id } = await findStation(api, org, wanted)
        const changed = await api.send('PATCH', `/orgs/${org}/stations/${id}`, body, stationSchema)
        context.out.show(changed, (it) => stationText(it, context.clock.now()))
      }),
    )
}
