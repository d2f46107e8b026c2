/**
 * A piece of a search for passes: what one thread is given, and what it gives back.
 * @module
 */
import type { Mount, Omm } from '../shared/messages.js'
import { searchPieces } from '../shared/orbit/long-passes.js'
import type { PassTable } from '../shared/orbit/passes.js'
import { satelliteFrom } from '../shared/orbit/propagate.js'
import type { Column } from '../shared/orbit/search/pass-rows.js'
import type { Stand } from '../shared/orbit/search/stands.js'
import { onTargetShares } from './on-target.js'

/** Some satellites over all stands; epoch ms. */
export interface Piece {
  readonly elements: readonly Omm[]
  readonly stands: readonly Stand[]
  /** What stands there; left out, it is not asked how much of a pass can be followed. */
  readonly mounts?: readonly Mount[]
  readonly fromMs: number
  readonly toMs: number
  /** Columns that are wanted, `aos` among them; default: all. */
  readonly columns?: readonly Column[]
}

/** The passes of a piece, long ones cut, and of each how much of it the mount can follow (0..1); empty where no mounts were given. */
export interface Searched {
  readonly table: PassTable
  readonly onTarget: Float32Array<ArrayBuffer>
}

/** The same without methods. */
export interface PieceFound extends Pick<PassTable, 'columns' | 'ended'> {
  readonly onTarget: Float32Array<ArrayBuffer>
}

/** @throws TalosError as `satelliteFrom` and `searchPieces` */
export function searchPiece({ elements, stands, mounts, fromMs, toMs, columns }: Piece): Searched {
  const satellites = elements.map(satelliteFrom)
  const table = searchPieces(satellites, stands, fromMs, toMs, columns)
  const onTarget =
    mounts === undefined ? new Float32Array(0) : onTargetShares(table, satellites, stands, mounts)
  return { table, onTarget }
}
