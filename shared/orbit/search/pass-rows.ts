/**
 * Passes as columns: 57 bytes each, made to be handed from thread to thread.
 * @module
 */

export interface PassColumns {
  /** Index of the satellite, and of the stand, in the lists that were searched. */
  readonly satellite: Uint32Array<ArrayBuffer>
  readonly stand: Uint32Array<ArrayBuffer>
  /** Epoch ms, UTC, with the fraction. */
  readonly aos: Float64Array<ArrayBuffer>
  readonly tca: Float64Array<ArrayBuffer>
  readonly los: Float64Array<ArrayBuffer>
  /** Degrees. */
  readonly aosAz: Float32Array<ArrayBuffer>
  readonly tcaAz: Float32Array<ArrayBuffer>
  readonly losAz: Float32Array<ArrayBuffer>
  readonly maxEl: Float32Array<ArrayBuffer>
  /** At the highest elevation, km. */
  readonly range: Float32Array<ArrayBuffer>
  /** CLIPPED_START, CLIPPED_END, and the light at AOS, TCA and LOS in two bits each. */
  readonly flags: Uint8Array<ArrayBuffer>
}

export const CLIPPED_START = 1
export const CLIPPED_END = 2
/** By how many bits the light at AOS, TCA, LOS is shifted. */
export const LIGHT_SHIFT = { aos: 2, tca: 4, los: 6 } as const

/** A pass before it is written. Mutable on purpose: there is one for millions of passes. */
export interface PassRow {
  satellite: number
  stand: number
  aos: number
  tca: number
  los: number
  aosAz: number
  tcaAz: number
  losAz: number
  maxEl: number
  range: number
  flags: number
}

const columns = (length: number): PassColumns => ({
  satellite: new Uint32Array(length),
  stand: new Uint32Array(length),
  aos: new Float64Array(length),
  tca: new Float64Array(length),
  los: new Float64Array(length),
  aosAz: new Float32Array(length),
  tcaAz: new Float32Array(length),
  losAz: new Float32Array(length),
  maxEl: new Float32Array(length),
  range: new Float32Array(length),
  flags: new Uint8Array(length),
})

export type Column = keyof PassColumns

export const COLUMNS = Object.keys(columns(0)) as readonly Column[]

/** Columns that grow. */
export class PassRows {
  length = 0
  private columns = columns(256)

  push(row: PassRow): void {
    if (this.length === this.columns.flags.length) this.columns = this.grown()
    const { columns: c, length: i } = this
    c.satellite[i] = row.satellite
    c.stand[i] = row.stand
    c.aos[i] = row.aos
    c.tca[i] = row.tca
    c.los[i] = row.los
    c.aosAz[i] = row.aosAz
    c.tcaAz[i] = row.tcaAz
    c.losAz[i] = row.losAz
    c.maxEl[i] = row.maxEl
    c.range[i] = row.range
    c.flags[i] = row.flags
    this.length++
  }

  /** What was pushed, in arrays of just that length; columns that are not wanted are empty. */
  finished(wanted: readonly Column[] = COLUMNS): PassColumns {
    const from = this.columns
    const cut = <A extends { slice(begin: number, end: number): A }>(name: Column, column: A): A =>
      column.slice(0, wanted.includes(name) ? this.length : 0)
    return {
      satellite: cut('satellite', from.satellite),
      stand: cut('stand', from.stand),
      aos: cut('aos', from.aos),
      tca: cut('tca', from.tca),
      los: cut('los', from.los),
      aosAz: cut('aosAz', from.aosAz),
      tcaAz: cut('tcaAz', from.tcaAz),
      losAz: cut('losAz', from.losAz),
      maxEl: cut('maxEl', from.maxEl),
      range: cut('range', from.range),
      flags: cut('flags', from.flags),
    }
  }

  private grown(): PassColumns {
    const to = columns(2 * this.length)
    for (const name of COLUMNS) to[name].set(this.columns[name])
    return to
  }
}
