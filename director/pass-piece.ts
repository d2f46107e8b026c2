/**
 * A piece of a search for passes: what one thread is given, and what it gives back.
 * @module
 */
import type { Omm } from '../shared/messages.js'
import { type PassTable, searchPasses } from '../shared/orbit/passes.js'
import { satelliteFrom } from '../shared/orbit/propagate.js'
import type { Column } from '../shared/orbit/search/pass-rows.js'
import type { Stand } from '../shared/orbit/search/stands.js'

/** Some satellites over all stands; epoch ms. */
export interface Piece {
  readonly elements: readonly Omm[]
  readonly stands: readonly Stand[]
  readonly fromMs: number
  readonly toMs: number
  /** Columns that are wanted, `aos` among them; default: all. */
  readonly columns?: readonly Column[]
}

/** The result without its methods. */
export type PieceFound = Pick<PassTable, 'columns' | 'ended'>

/** @throws TalosError as `satelliteFrom` and `searchPasses` */
export const searchPiece = ({ elements, stands, fromMs, toMs, columns }: Piece): PassTable =>
  searchPasses(elements.map(satelliteFrom), stands, fromMs, toMs, columns)
