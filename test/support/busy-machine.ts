/**
 * Settings of a core under test: the machine is busy with other tests, and that is neither an overload of this core nor a
 * finding of its doctor.
 * @module
 */
export const BUSY_MACHINE = {
  TALOS_BROKER_LOOP_DELAY_MS: '60000',
  TALOS_HEALTH_LOOP_DELAY_MS: '60000,120000',
  TALOS_HEALTH_BROKER_LATENCY_MS: '60000,120000',
} as const
