import { useCallback, useRef, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../logic/failure-text.js'

export interface Act {
  readonly busy: boolean
  readonly failure: Failure | null
  /** Runs something that changes things; a failure is kept to be shown, never thrown. True when it went well. */
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>
  readonly clear: () => void
}

/** One act of a person at a time: busy while it runs, and why it failed. */
export function useAct(): Act {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const running = useRef(false)
  const run = useCallback(async (work: () => Promise<unknown>) => {
    if (running.current) return false
    running.current = true
    setBusy(true)
    setFailure(null)
    try {
      await work()
      return true
    } catch (error) {
      setFailure(failureOf(error))
      return false
    } finally {
      running.current = false
      setBusy(false)
    }
  }, [])
  const clear = useCallback(() => setFailure(null), [])
  return { busy, failure, run, clear }
}
