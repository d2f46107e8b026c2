import { useState } from 'preact/hooks'
import type { Created } from '../live/joining.js'
import { Choice } from '../parts/choice.js'
import { CopyButton } from '../parts/copy-button.js'
import { CopyLine } from '../parts/copy-line.js'
import { Countdown } from '../parts/countdown.js'
import { QrCode } from '../parts/qr-code.js'

const MACHINES = [
  ['fresh', 'Is fresh'],
  ['ready', 'Has Talos already'],
] as const

/** The secret in its three shapes, each shown only here and now (E4): a picture, one line, a link. */
export function JoinLink({ created }: { created: Created }) {
  const { item, enrollUrl, command, installCommand, agentSha256 } = created
  const [machine, setMachine] = useState<'fresh' | 'ready'>('fresh')
  const installs = machine === 'fresh' && installCommand !== null
  return (
    <div class="join-link">
      <div class="join-qr">
        <QrCode text={enrollUrl} label={`QR code with the link for ${item.name}`} />
        <Countdown from={item.createdAt} to={item.expiresAt} />
      </div>
      <div class="form">
        <p>
          Run one line on the machine beside the antenna, or scan the code there with a phone, which then
          shows the line. It works once{item.preApproved ? '' : ', and then you approve the station'}.
        </p>
        {installCommand !== null && (
          <Choice label="The machine" options={MACHINES} value={machine} onChange={setMachine} />
        )}
        <CopyLine key={machine} text={installs ? installCommand : command} label="Copy the line" />
        {installs && (
          <p class="muted join-checksum">
            It prints the checksum of what it installs, SHA-256: <span class="mono">{agentSha256}</span>
          </p>
        )}
        <p class="join-address">
          <span class="mono">{enrollUrl}</span>
          <CopyButton text={enrollUrl} label="Copy the link" kind="small" />
        </p>
      </div>
    </div>
  )
}
