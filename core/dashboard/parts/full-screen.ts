import { useEffect, useRef } from 'preact/hooks'

/** Fills the screen while this is shown, where the browser can. `onLeft`: the person has left it, by Escape or a gesture. */
export function useFullScreen(onLeft: () => void): void {
  const left = useRef(onLeft)
  left.current = onLeft
  useEffect(() => {
    let isShown = true
    const root = document.documentElement
    const onChange = () => {
      if (document.fullscreenElement === null && isShown) left.current()
    }
    // Refused without a press before, and on some phones always: then it fills the window.
    root.requestFullscreen?.().catch(() => undefined)
    document.addEventListener('fullscreenchange', onChange)
    return () => {
      isShown = false
      document.removeEventListener('fullscreenchange', onChange)
      if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => undefined)
    }
  }, [])
}
