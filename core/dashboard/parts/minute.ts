import { useComputed } from '@preact/signals'
import { MINUTE } from '../../../shared/time.js'
import { useApp } from '../app/app-context.js'

/** Epoch ms of the begun minute: what reads it is drawn once a minute, not each second. */
export function useMinute(): number {
  const { clock } = useApp()
  return useComputed(() => Math.floor(clock.second.value / MINUTE) * MINUTE).value
}
