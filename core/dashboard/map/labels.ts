/**
 * Names on the map.
 * @module
 */
import type { Size } from '../logic/map-frame.js'
import type { Ink, Palette } from './palette.js'

interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top

/** Names that would cover another name are left out; the list beside the map has them all. */
export class Labels {
  readonly #taken: Box[] = []

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly size: Size,
    private readonly palette: Palette,
  ) {}

  /** Keeps names off a mark. */
  reserve(x: number, y: number): void {
    this.#taken.push({ left: x - 4, right: x + 4, top: y - 4, bottom: y + 4 })
  }

  paint(text: string, x: number, y: number, ink: Ink, strong: boolean): void {
    const { context, palette, size } = this
    context.font = `${strong ? 600 : 400} 12px system-ui, sans-serif`
    const width = context.measureText(text).width
    const sides = [x + 9, x - 9 - width].filter((l) => l >= 0 && l + width <= size.width)
    const boxes = sides.map((l) => ({ left: l - 2, right: l + width + 2, top: y - 8, bottom: y + 8 }))
    const box = boxes.find((b) => !this.#taken.some((t) => overlap(t, b)))
    if (box === undefined) return
    this.#taken.push(box)
    const left = box.left + 2
    context.textBaseline = 'middle'
    context.lineJoin = 'round'
    context.lineWidth = 3.5
    context.strokeStyle = palette['map-halo']
    context.strokeText(text, left, y)
    context.fillStyle = palette[ink]
    context.fillText(text, left, y)
  }
}
