/**
 * Finding in the command palette: every word that was typed has to be there; what begins with it comes first.
 * @module
 */

export interface Findable {
  readonly name: string
  /** Further words by which it is found. */
  readonly words?: string
}

/** Lower case, without accents. */
const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()

/** How well one word fits: the start of the name, the start of a word in it, anywhere, elsewhere, not at all. */
function fit(word: string, name: string, words: string): number {
  if (name.startsWith(word)) return 4
  if (name.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(word))) return 3
  if (name.includes(word)) return 2
  return words.includes(word) ? 1 : 0
}

/** 0 when something of the query is missing. */
export function score({ name, words = '' }: Findable, query: string): number {
  const [inName, inWords] = [plain(name), plain(words)]
  let sum = 0
  for (const word of plain(query).split(/\s+/)) {
    if (word === '') continue
    const points = fit(word, inName, inWords)
    if (points === 0) return 0
    sum += points
  }
  return sum
}

/** The best first, at most `limit`; those that fit alike keep their order. */
export function find<T extends Findable>(entries: readonly T[], query: string, limit: number): T[] {
  return entries
    .map((entry) => ({ entry, points: score(entry, query) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)
    .slice(0, limit)
    .map(({ entry }) => entry)
}
