/**
 * What a bench hands back: tables for people, figures for machines. A figure that could not be measured is left out and
 * said in the notes, never made up.
 * @module
 */

export interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export interface Outcome {
  readonly figures: Readonly<Record<string, number>>
  readonly tables: readonly Table[]
  readonly notes: readonly string[]
}

/** Says where a long bench stands; not part of its result. */
export type Say = (line: string) => void

export const merged = (parts: readonly Outcome[]): Outcome => ({
  figures: Object.assign({}, ...parts.map(({ figures }) => figures)),
  tables: parts.flatMap(({ tables }) => tables),
  notes: parts.flatMap(({ notes }) => notes),
})

/** The tables, one under the other, each as wide as its words; then the notes. */
export function printed({ tables, notes }: Outcome): string {
  const blocks = tables.map(({ title, head, rows }) => {
    const all = [head, ...rows]
    const widths = head.map((_, i) => Math.max(...all.map((row) => (row[i] ?? '').length)))
    const line = (row: readonly string[]) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  ')
        .trimEnd()
    return [title, line(head), widths.map((w) => '-'.repeat(w)).join('  '), ...rows.map(line)].join('\n')
  })
  return [...blocks, ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : [])].join('\n\n')
}
