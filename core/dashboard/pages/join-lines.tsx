import { useState } from 'preact/hooks'
import { isLoopback } from '../../../shared/loopback.js'
import type { Created } from '../live/joining.js'
import { Choice } from '../parts/choice.js'
import { CopyLine } from '../parts/copy-line.js'

const MACHINES = [
  ['fresh', 'Is fresh'],
  ['ready', 'Has Talos already'],
] as const

type Lines = Pick<Created, 'command' | 'enrollUrl' | 'installCommand' | 'agentSha256'>

/** The line for the machine: where core has an agent to give away, a fresh one needs nothing else. */
export function JoinLines({ command, enrollUrl, installCommand, agentSha256 }: Lines) {
  const [machine, setMachine] = useState<'fresh' | 'ready'>('fresh')
  const here = isLoopback(new URL(enrollUrl).hostname) && (
    <p class="muted">
      It works on the machine of the control plane only: others need TALOS_PUBLIC_URL and TLS.
    </p>
  )
  if (installCommand === null)
    return (
      <>
        <CopyLine text={command} label="Copy the line" />
        {here}
      </>
    )
  const isFresh = machine === 'fresh'
  return (
    <>
      <Choice label="The machine" options={MACHINES} value={machine} onChange={setMachine} />
      <CopyLine text={isFresh ? installCommand : command} label="Copy the line" />
      {isFresh && agentSha256 !== null && (
        <p class="checksum">
          The installer prints this SHA-256 of the agent: <span class="mono">{agentSha256}</span>
        </p>
      )}
      {here}
    </>
  )
}
