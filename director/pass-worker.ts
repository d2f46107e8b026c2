/**
 * The program of a thread that searches passes, one piece after the other. The columns are handed over without a copy.
 * @module
 */
import { parentPort } from 'node:worker_threads'
import { type Piece, type PieceFound, searchPiece } from './pass-piece.js'
import type { Answer } from './thread.js'

parentPort?.on('message', (piece: Piece) => {
  let answer: Answer<PieceFound>
  const buffers: ArrayBuffer[] = []
  try {
    const { table, onTarget } = searchPiece(piece)
    const { columns, ended } = table
    answer = { found: { columns, ended, onTarget } }
    buffers.push(onTarget.buffer, ...Object.values(columns).map(({ buffer }) => buffer))
  } catch (error) {
    answer = { failed: error instanceof Error ? error.message : String(error) }
  }
  parentPort?.postMessage(answer, buffers)
})
