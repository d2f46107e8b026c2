/**
 * The colours of the style sheet, for what is painted on a canvas.
 * @module
 */

const NAMES = [
  'map-sea',
  'map-land',
  'map-border',
  'map-grid',
  'map-night',
  'map-label',
  'map-halo',
  'map-footprint',
  'text',
  'muted',
  'accent',
  'good',
  'busy',
  'warn',
  'bad',
] as const
export type Ink = (typeof NAMES)[number]
export type Palette = Readonly<Record<Ink, string>>

/** Resolves the custom properties on an element, `light-dark()` and all. */
export function readPalette(host: HTMLElement): Palette {
  const probe = document.createElement('i')
  host.append(probe)
  const palette = Object.fromEntries(
    NAMES.map((name) => {
      probe.style.color = `var(--${name})`
      return [name, getComputedStyle(probe).color]
    }),
  ) as Record<Ink, string>
  probe.remove()
  return palette
}
