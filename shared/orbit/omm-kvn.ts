/**
 * Orbit Mean-Elements Messages as lines of `KEYWORD = value` (CCSDS 502.0-B-3, section 7.4).
 * @module
 */
const FIRST = 'CCSDS_OMM_VERS'

/** Does the text begin as a message of this kind? */
export const isKvn = (text: string): boolean => /^\s*CCSDS_OMM_VERS\s*=/.test(text)

/**
 * One record of keywords for each message. Comments are passed over, units in brackets cut off. A keyword that comes
 * twice in a message keeps both values, so that it is refused as no value at all.
 */
export function recordsFromKvn(text: string): Record<string, string>[] {
  const records: Record<string, string>[] = []
  for (const line of text.split(/\r\n|\n|\r/)) {
    const match = /^\s*([A-Z0-9_]+)\s*=\s*(.*?)\s*(?:\[[^\]]*\]\s*)?$/.exec(line)
    const [, keyword = '', value = ''] = match ?? []
    if (keyword === FIRST) records.push({})
    const record = records.at(-1)
    if (record === undefined || keyword === '' || value === '') continue
    record[keyword] = Object.hasOwn(record, keyword) ? `${record[keyword]} ${value}` : value
  }
  return records
}
