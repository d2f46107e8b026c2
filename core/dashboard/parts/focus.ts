import { useLayoutEffect, useRef } from 'preact/hooks'

/** Puts the focus on an element once it is there: for what comes in place of what had the focus. */
export function useFocus<T extends HTMLElement>() {
  const ref = useRef<T>(null)
  useLayoutEffect(() => ref.current?.focus(), [])
  return ref
}
