/** The secret half of `prefix_id_secret`. It is base64url, so it may hold `_` itself: never split it there. */
export function secretHalf(text: string): string {
  const match = /^gs[kear]_[0-9a-f]{16}_([A-Za-z0-9_-]{43})$/.exec(text)
  if (match?.[1] === undefined) throw new Error(`${text.slice(0, 8)}... is no secret of Talos`)
  return match[1]
}
