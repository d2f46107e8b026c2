/** mulberry32: numbers that only look random, the same on every machine. Each call is an integer from 0 to below `below`. */
export function seededRandom(seed: number): (below: number) => number {
  let a = seed
  return (below) => {
    a = (a + 0x6d2b79f5) | 0
    let x = Math.imul(a ^ (a >>> 15), 1 | a)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return Math.floor((((x ^ (x >>> 14)) >>> 0) / 4294967296) * below)
  }
}

export type Pick = ReturnType<typeof seededRandom>
