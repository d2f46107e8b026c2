/**
 * The tasks of a large schedule on their way to the thread that chooses: columns of numbers are handed over, where
 * hundreds of thousands of objects would be copied.
 * @module
 */
import type { Problem, Task } from './optimise/problem.js'

export interface PackedTasks {
  readonly station: Int32Array<ArrayBuffer>
  readonly satellite: Int32Array<ArrayBuffer>
  readonly quota: Int32Array<ArrayBuffer>
  readonly aosMs: Float64Array<ArrayBuffer>
  readonly losMs: Float64Array<ArrayBuffer>
  readonly value: Float64Array<ArrayBuffer>
}

export type PackedProblem = Omit<Problem, 'tasks'> & { readonly tasks: PackedTasks }

export const packed = ({ tasks, ...rest }: Problem): PackedProblem => ({
  ...rest,
  tasks: {
    station: Int32Array.from(tasks, (t) => t.station),
    satellite: Int32Array.from(tasks, (t) => t.satellite),
    quota: Int32Array.from(tasks, (t) => t.quota),
    aosMs: Float64Array.from(tasks, (t) => t.aosMs),
    losMs: Float64Array.from(tasks, (t) => t.losMs),
    value: Float64Array.from(tasks, (t) => t.value),
  },
})

export function unpacked({ tasks: columns, ...rest }: PackedProblem): Problem {
  const tasks = Array.from(
    columns.station,
    (station, i): Task => ({
      station,
      satellite: columns.satellite[i] ?? 0,
      quota: columns.quota[i] ?? -1,
      aosMs: columns.aosMs[i] ?? 0,
      losMs: columns.losMs[i] ?? 0,
      value: columns.value[i] ?? 0,
    }),
  )
  return { ...rest, tasks }
}
