import { useEffect, useRef } from 'preact/hooks'

/** Does something again and again while it is wanted and the page can be seen; never before the last time has ended. */
export function useEvery(ms: number, work: () => Promise<unknown>, wanted = true): void {
  const latest = useRef(work)
  latest.current = work
  useEffect(() => {
    if (!wanted) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let left = false
    const again = () => {
      if (!left) timer = setTimeout(() => void once(), ms)
    }
    const once = async () => {
      // A failure is for the work itself to show; the next time comes all the same.
      if (!document.hidden) await latest.current().catch(() => undefined)
      again()
    }
    again()
    return () => {
      left = true
      clearTimeout(timer)
    }
  }, [ms, wanted])
}
