/**
 * Moving a map: drag, wheel, two fingers. One finger moves it only sideways, so that a page can be scrolled over it.
 * @module
 */

export interface Gestures {
  pan(dx: number, dy: number): void
  /** `x`, `y`: the point that stays, from the upper left corner. */
  zoom(factor: number, x: number, y: number): void
  press(x: number, y: number): void
  hover(x: number, y: number): void
}

/** A pointer that moved less than this was a press. */
const SLACK_PX = 5
const WHEEL_STEP = 0.0016

interface Held {
  x: number
  y: number
  moved: number
}

/** Listens on an element. Returns what ends it. */
export function handleGestures(element: HTMLElement, gestures: Gestures): () => void {
  const abort = new AbortController()
  const { signal } = abort
  const held = new Map<number, Held>()
  const local = (event: MouseEvent) => ({ x: event.offsetX, y: event.offsetY })

  const span = () => {
    const [a, b] = [...held.values()]
    return a === undefined || b === undefined
      ? null
      : { distance: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }
  }

  element.addEventListener(
    'pointerdown',
    (event) => {
      held.set(event.pointerId, { ...local(event), moved: 0 })
      element.setPointerCapture(event.pointerId)
    },
    { signal },
  )
  element.addEventListener(
    'pointermove',
    (event) => {
      const { x, y } = local(event)
      const pointer = held.get(event.pointerId)
      if (pointer === undefined) {
        gestures.hover(x, y)
        return
      }
      const before = span()
      const [dx, dy] = [x - pointer.x, y - pointer.y]
      pointer.moved += Math.hypot(dx, dy)
      Object.assign(pointer, { x, y })
      const after = span()
      if (before !== null && after !== null) {
        gestures.pan(after.x - before.x, after.y - before.y)
        if (before.distance > 0) gestures.zoom(after.distance / before.distance, after.x, after.y)
      } else if (pointer.moved > SLACK_PX) gestures.pan(dx, dy)
    },
    { signal },
  )
  element.addEventListener(
    'pointerup',
    (event) => {
      const pointer = held.get(event.pointerId)
      held.delete(event.pointerId)
      if (pointer !== undefined && pointer.moved <= SLACK_PX) gestures.press(pointer.x, pointer.y)
    },
    { signal },
  )
  element.addEventListener('pointercancel', (event) => held.delete(event.pointerId), { signal })
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault()
      const { x, y } = local(event)
      gestures.zoom(Math.exp(-event.deltaY * WHEEL_STEP), x, y)
    },
    { signal, passive: false },
  )
  return () => abort.abort()
}
