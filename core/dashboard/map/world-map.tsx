import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { useApp } from '../app/app-context.js'
import { type Frame, fit, pan, type Size, settle, zoomAt } from '../logic/map-frame.js'
import { FitIcon, MinusIcon, PlusIcon } from '../parts/icons.js'
import { type Atlas, loadAtlas } from './atlas.js'
import { handleGestures } from './gestures.js'
import { paintFleet, paintWorld, type Target } from './paint.js'
import { type Palette, readPalette } from './palette.js'
import type { Scene } from './scene.js'

interface WorldMapProps {
  /** Called once a second, and after each move of the map; reads signals. */
  readonly scene: () => Scene
  readonly label: string
}

const HIT_PX = 14

/** What the map keeps between two paintings. */
interface View {
  frame: Frame | null
  size: Size
  targets: readonly Target[]
  palette: Palette
  atlas: Atlas | null
  touched: boolean
}

function paint(canvas: HTMLCanvasElement, view: View, scene: Scene, now: number): void {
  const context = canvas.getContext('2d')
  const { size, palette } = view
  if (context === null || size.width === 0) return
  const ratio = devicePixelRatio
  const width = Math.round(size.width * ratio)
  const height = Math.round(size.height * ratio)
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
  // Until a person moves the map, it shows the whole fleet.
  if (view.frame === null || !view.touched) view.frame = fit(scene.stations, size)
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  const picture = { context, size, palette, frame: view.frame }
  paintWorld(picture, view.atlas, now)
  view.targets = paintFleet(picture, scene)
}

const nearest = (targets: readonly Target[], x: number, y: number): Target | undefined =>
  targets
    .map((target) => ({ target, distance: Math.hypot(target.x - x, target.y - y) }))
    .filter(({ distance }) => distance <= HIT_PX)
    .sort((a, b) => a.distance - b.distance)[0]?.target

/** The world with the fleet on it. Everything on it is in the lists beside it too, for those who cannot see it. */
export function WorldMap({ scene, label }: WorldMapProps) {
  const { clock, router, theme } = useApp()
  const ref = useRef<HTMLCanvasElement>(null)
  const act = useRef<(change: (frame: Frame, size: Size) => Frame) => void>(() => {})
  const reset = useRef(() => {})

  useEffect(() => {
    const canvas = ref.current
    if (canvas === null) return
    const view: View = {
      frame: null,
      size: { width: 0, height: 0 },
      targets: [],
      palette: readPalette(canvas.parentElement ?? document.body),
      atlas: null,
      touched: false,
    }
    let asked = 0
    const repaint = () => {
      cancelAnimationFrame(asked)
      asked = requestAnimationFrame(() => paint(canvas, view, scene(), clock.now()))
    }
    act.current = (change) => {
      if (view.frame === null) return
      view.frame = change(view.frame, view.size)
      view.touched = true
      repaint()
    }
    reset.current = () => {
      view.touched = false
      repaint()
    }
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return
      const { width, height } = entry.contentRect
      view.size = { width, height }
      if (view.frame !== null) view.frame = settle(view.frame, view.size)
      repaint()
    })
    observer.observe(canvas)
    const endGestures = handleGestures(canvas, {
      pan: (dx, dy) => act.current((frame, size) => pan(frame, dx, dy, size)),
      zoom: (factor, x, y) =>
        act.current((frame, size) => zoomAt(frame, factor, x - size.width / 2, y - size.height / 2, size)),
      press: (x, y) => {
        const target = nearest(view.targets, x, y)
        if (target !== undefined) router.go(target.path)
      },
      hover: (x, y) => {
        const target = nearest(view.targets, x, y)
        canvas.style.cursor = target === undefined ? '' : 'pointer'
        canvas.title = target?.title ?? ''
      },
    })
    const endTheme = effect(() => {
      theme.version.value
      view.palette = readPalette(canvas.parentElement ?? document.body)
      repaint()
    })
    const endTicks = effect(() => {
      clock.second.value
      scene()
      repaint()
    })
    let gone = false
    void loadAtlas().then((atlas) => {
      if (gone) return
      view.atlas = atlas
      repaint()
    })
    return () => {
      gone = true
      cancelAnimationFrame(asked)
      observer.disconnect()
      endGestures()
      endTheme()
      endTicks()
    }
  }, [clock, router, theme, scene])

  const zoom = (factor: number) => act.current((frame, size) => zoomAt(frame, factor, 0, 0, size))
  return (
    <div class="world">
      <canvas ref={ref} role="img" aria-label={label} />
      <div class="map-tools">
        <button type="button" class="icon-button" aria-label="Zoom in" onClick={() => zoom(1.6)}>
          <PlusIcon />
        </button>
        <button type="button" class="icon-button" aria-label="Zoom out" onClick={() => zoom(1 / 1.6)}>
          <MinusIcon />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label="Show the whole fleet"
          onClick={() => reset.current()}
        >
          <FitIcon />
        </button>
      </div>
    </div>
  )
}
