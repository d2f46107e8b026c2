/** Resolves at the first SIGINT, SIGTERM or SIGHUP; further ones change nothing: what ends, ends in order. */
export const endRequested = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
  })
