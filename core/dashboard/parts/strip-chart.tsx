import { useEffect, useRef } from 'preact/hooks'
import type uPlot from 'uplot'
import { useApp } from '../app/app-context.js'
import type { Line } from './strip-chart-draw.js'

interface StripChartProps {
  /** Epoch seconds, rising. */
  readonly times: readonly number[]
  readonly lines: readonly Line[]
  readonly label: string
}

/** Lines over time, drawn once for each frame at most. */
export function StripChart({ times, lines, label }: StripChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | null>(null)
  const latest = useRef<uPlot.AlignedData>([[]])
  latest.current = [[...times], ...lines.map(({ values }) => [...values])]
  const { theme } = useApp()
  const shown = theme.version.value
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are those of the theme
  useEffect(() => {
    const element = box.current
    if (element === null) return
    let isGone = false
    let made: uPlot | null = null
    const sizes = new ResizeObserver(() => made?.setSize({ width: element.clientWidth, height: made.height }))
    // Only who looks at a station needs it.
    void import('./strip-chart-draw.js').then(({ drawStrip }) => {
      if (isGone) return
      made = drawStrip(element, lines, latest.current)
      chart.current = made
      sizes.observe(element)
    })
    return () => {
      isGone = true
      sizes.disconnect()
      chart.current = null
      made?.destroy()
    }
  }, [shown])
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const drawn = chart.current
      drawn?.setData(latest.current)
      // While nobody points at a moment the newest is written beside the names.
      if (drawn !== null && (drawn.cursor.left ?? -1) < 0) drawn.setLegend({ idx: times.length - 1 })
    })
    return () => cancelAnimationFrame(frame)
  }, [times])
  return <div ref={box} class="strip-chart" role="img" aria-label={label} />
}
