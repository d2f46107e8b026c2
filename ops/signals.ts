/**
 * Resolves at the first SIGINT, SIGTERM or SIGHUP, or when the parent that forked us is gone. Further signals change
 * nothing: what ends, ends in order.
 */
export const endRequested = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const)
      process.on(signal, () => resolve())
  })
