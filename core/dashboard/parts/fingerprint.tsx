import { fingerprintGroups } from '../../../shared/fingerprint.js'

/** In groups, so that two people can compare it. */
export const Fingerprint = ({ hex }: { hex: string }) => (
  <span class="fingerprint">
    {fingerprintGroups(hex).map((group, n) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: groups have no identity but their place
      <span key={n}>{group} </span>
    ))}
  </span>
)
