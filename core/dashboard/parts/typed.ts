import { useEffect, useState } from 'preact/hooks'

const PAUSE_MS = 250

/** What is in a search box once the fingers rest: a list is not read anew at every key. */
export function useSettled(typed: string): string {
  const [words, setWords] = useState(typed.trim())
  useEffect(() => {
    const timer = setTimeout(() => setWords(typed.trim()), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed])
  return words
}

/** What is in a search box, how to change it, and what core is to look for: the same once the fingers rest. */
export function useTyped(): [typed: string, setTyped: (text: string) => void, words: string] {
  const [typed, setTyped] = useState('')
  return [typed, setTyped, useSettled(typed)]
}
