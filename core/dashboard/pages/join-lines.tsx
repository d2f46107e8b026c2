import { useState } from 'preact/hooks'
import type { Created } from '../live/joining.js'
import { Choice } from '../parts/choice.js'
import { CopyLine } from '../parts/copy-line.js'

const MACHINES = [
  ['fresh', 'Is fresh'],
  ['ready', 'Has Talos already'],
] as const

type Lines = Pick<Created, 'command' | 'installCommand' | 'agentSha256'>

/** The line for the machine: where core has an agent to give away, a fresh one needs nothing else. */
export function JoinLines({ command, installCommand, agentSha256 }: Lines) {
  const [machine, setMachine] = useState<'fresh' | 'ready'>('fresh')
  if (installCommand === null) return <CopyLine text={command} label="Copy the line" />
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
    </>
  )
}
