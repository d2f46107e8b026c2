/** Prisma's filter for «holds these words, in whatever case»; they are no pattern, so LIKE's wildcards are escaped. */
export const holds = (words: string) =>
  ({ contains: words.replace(/[\\%_]/g, (c) => `\\${c}`), mode: 'insensitive' }) as const
