import type { Created } from '../live/joining.js'
import { CopyButton } from '../parts/copy-button.js'
import { Countdown } from '../parts/countdown.js'
import { QrCode } from '../parts/qr-code.js'
import { texts } from '../text/texts.js'
import { JoinLines } from './join-lines.js'

const words = texts.enroll

/** The secret in its three shapes, each shown only here and now (E4): a picture, one line, a link. */
export function JoinLink({ created }: { created: Created }) {
  const { item, enrollUrl } = created
  return (
    <div class="join-link">
      <div class="join-qr">
        <QrCode text={enrollUrl} label={words.qrCodeWithTheLink(item.name)} />
        <Countdown from={item.createdAt} to={item.expiresAt} />
      </div>
      <div class="form">
        <p>{item.preApproved ? words.howToJoin : words.howToJoinApproved}</p>
        <JoinLines {...created} />
        <p class="join-address">
          <span class="mono">{enrollUrl}</span>
          <CopyButton text={enrollUrl} label={words.copyTheLink} kind="small" />
        </p>
      </div>
    </div>
  )
}
