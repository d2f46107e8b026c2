import { useState } from 'preact/hooks'
import { isLoopback } from '../../../shared/loopback.js'
import type { Created } from '../live/joining.js'
import { Choice } from '../parts/choice.js'
import { CopyLine } from '../parts/copy-line.js'
import { texts } from '../text/texts.js'

const words = texts.enroll

const MACHINES = [
  ['fresh', words.isFresh],
  ['ready', words.hasTalosAlready],
] as const

type Lines = Pick<Created, 'command' | 'enrollUrl' | 'installCommand' | 'agentSha256'>

/** The line for the machine: where core has an agent to give away, a fresh one needs nothing else. */
export function JoinLines({ command, enrollUrl, installCommand, agentSha256 }: Lines) {
  const [machine, setMachine] = useState<'fresh' | 'ready'>('fresh')
  const here = isLoopback(new URL(enrollUrl).hostname) && <p class="muted">{words.itWorksOnTheMachine}</p>
  if (installCommand === null)
    return (
      <>
        <CopyLine text={command} label={words.copyTheLine} />
        {here}
      </>
    )
  const isFresh = machine === 'fresh'
  return (
    <>
      <Choice label={words.theMachine} options={MACHINES} value={machine} onChange={setMachine} />
      <CopyLine text={isFresh ? installCommand : command} label={words.copyTheLine} />
      {isFresh && agentSha256 !== null && (
        <p class="checksum">
          {words.theInstallerPrintsThisSha} <span class="mono">{agentSha256}</span>
        </p>
      )}
      {here}
    </>
  )
}
