import { useEffect } from 'preact/hooks'

/** Keeps the screen awake while this is shown, where the browser can; it gives the lock up with each hidden page. */
export function useWakeLock(): void {
  useEffect(() => {
    if (!('wakeLock' in navigator)) return
    let left = false
    let lock: WakeLockSentinel | null = null
    const take = async () => {
      if (document.hidden || (lock !== null && !lock.released)) return
      // Refused with a weak battery: then the screen sleeps, and nothing else is lost.
      lock = await navigator.wakeLock.request('screen').catch(() => null)
      if (left) await lock?.release()
    }
    const onVisible = () => void take()
    void take()
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      left = true
      document.removeEventListener('visibilitychange', onVisible)
      void lock?.release()
    }
  }, [])
}
