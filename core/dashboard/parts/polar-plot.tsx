import { useMemo } from 'preact/hooks'
import type { AzEl } from '../../../shared/angles.js'
import type { Mount } from '../../../shared/messages.js'
import { maskedSky, outOfReach, polarPoint, sector, trackPath } from '../logic/polar.js'

interface Track {
  readonly points: readonly AzEl[]
  /** Names of its ends, e.g. times; empty: no names. */
  readonly start: string
  readonly end: string
}

interface SkyProps {
  readonly mask: readonly AzEl[]
  readonly minElevation: number
  /** Its keep-out and the ends of its travel are drawn; null: not known. */
  readonly mount: Mount | null
  readonly track: Track | null
  /** What was measured over a pass, for a contact that is over. */
  readonly trace: readonly AzEl[]
}

export interface PolarPlotProps extends SkyProps {
  readonly measured: AzEl | null
  readonly commanded: AzEl | null
  readonly satellite: AzEl | null
  readonly stale: boolean
  readonly label: string
}

const RINGS = [0, 30, 60] as const
const POINTS = [
  ['N', 0, -1.1],
  ['E', 1.1, 0],
  ['S', 0, 1.1],
  ['W', -1.1, 0],
] as const

const ring = (el: number) => 1 - el / 90

function End({ at, text }: { at: AzEl | undefined; text: string }) {
  if (at === undefined || text === '') return null
  const { x, y } = polarPoint(at)
  // Names stand inside the rim, on the side away from it.
  return (
    <>
      <circle class="track-end" cx={x} cy={y} r="0.018" />
      <text
        class="track-name"
        x={x * 0.86}
        y={y * 0.86 + 0.02}
        text-anchor={x > 0.3 ? 'end' : x < -0.3 ? 'start' : 'middle'}
      >
        {text}
      </text>
    </>
  )
}

/** All that stands still while the antenna moves. */
const Sky = ({ mask, minElevation, mount, track, trace }: SkyProps) => (
  <>
    <circle class="dome" r="1" />
    {mask.length > 0 && <path class="mask" fill-rule="evenodd" d={maskedSky(mask)} />}
    {mount !== null && <path class="out-of-reach" fill-rule="evenodd" d={outOfReach(mount)} />}
    {mount?.keepOut.map((k) => (
      <path key={`${k.azFrom}-${k.azTo}`} class="keep-out" d={sector(k.azFrom, k.azTo, k.elBelow)} />
    ))}
    {RINGS.map((el) => (
      <circle key={el} class="ring" r={ring(el)} />
    ))}
    <path class="ring" d="M0,-1V1M-1,0H1" />
    {minElevation > 0 && <circle class="min-elevation" r={ring(minElevation)} />}
    {RINGS.slice(1).map((el) => (
      <text key={el} class="ring-name" x="0.02" y={-ring(el) + 0.055}>
        {el}°
      </text>
    ))}
    {POINTS.map(([name, x, y]) => (
      <text key={name} class="point" x={x} y={y + 0.03} text-anchor="middle">
        {name}
      </text>
    ))}
    {track !== null && (
      <>
        <path class="track" d={trackPath(track.points)} />
        <End at={track.points[0]} text={track.start} />
        <End at={track.points.at(-1)} text={track.end} />
      </>
    )}
    {trace.length > 1 && <path class="trace" d={trackPath(trace)} />}
  </>
)

function at(direction: AzEl | null): string | null {
  if (direction === null) return null
  const { x, y } = polarPoint(direction)
  return `translate(${x} ${y})`
}

/** The sky over a station: what hides it, where the satellite goes, where the antenna is and where it was told to be. */
export function PolarPlot(props: PolarPlotProps) {
  const { measured, commanded, satellite, stale, label, mask, minElevation, mount, track, trace } = props
  const sky = useMemo(
    () => <Sky mask={mask} minElevation={minElevation} mount={mount} track={track} trace={trace} />,
    [mask, minElevation, mount, track, trace],
  )
  const measuredAt = at(measured)
  const commandedAt = at(commanded)
  const satelliteAt = at(satellite)
  return (
    <svg class={stale ? 'polar stale' : 'polar'} viewBox="-1.2 -1.2 2.4 2.4" role="img" aria-label={label}>
      {sky}
      {satelliteAt !== null && (
        <path class="craft" d="M0,-.045.045,0 0,.045-.045,0Z" transform={satelliteAt} />
      )}
      {measuredAt !== null && <circle class="measured" r="0.034" transform={measuredAt} />}
      {commandedAt !== null && <circle class="commanded" r="0.062" transform={commandedAt} />}
    </svg>
  )
}
