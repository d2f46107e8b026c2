/**
 * The drawing half of a strip chart: loaded when the first is shown.
 * @module
 */
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

export interface Line {
  readonly name: string
  readonly values: readonly (number | null)[]
  /** A colour of the theme, as the name of its property. */
  readonly colour: string
}

export const HEIGHT = 132
const FONT = '11px system-ui, sans-serif'

const colourOf = (element: Element, property: string): string => {
  // light-dark() has to be resolved by a property that is a colour.
  const probe = document.createElement('i')
  element.append(probe)
  probe.style.color = `var(${property})`
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** Draws into a box. The caller destroys it. */
export function drawStrip(box: HTMLElement, lines: readonly Line[], data: UPlot.AlignedData): UPlot {
  const colour = (property: string) => colourOf(box, property)
  const axis = {
    stroke: colour('--muted'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    font: FONT,
  }
  return new UPlot(
    {
      width: box.clientWidth,
      height: HEIGHT,
      tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      cursor: { drag: { x: false, y: false }, points: { size: 5 } },
      legend: { live: true },
      scales: {
        y: { range: { min: { pad: 0.1, soft: 0, mode: 1 }, max: { pad: 0.1, soft: 0.1, mode: 1 } } },
      },
      axes: [
        { ...axis, space: 70, size: 24, values: '{HH}:{mm}:{ss}' },
        { ...axis, size: 42, space: 22 },
      ],
      series: [
        { value: '{HH}:{mm}:{ss}' },
        ...lines.map(({ name, colour: property }) => ({
          label: name,
          stroke: colour(property),
          width: 1.5,
          points: { show: false },
          value: (_: UPlot, value: number | null | undefined) => value?.toFixed(2) ?? '—',
        })),
      ],
    },
    data,
    box,
  )
}
