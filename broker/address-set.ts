/**
 * A list of addresses and networks, as written in a setting.
 * @module
 */
import { BlockList, isIP } from 'node:net'

export class AddressSet {
  readonly #list = new BlockList()

  private constructor() {}

  /** Reads `10.0.0.0/8, 2001:db8::1`. Returns what is wrong with it otherwise. */
  static parse(text: string): AddressSet | string {
    const set = new AddressSet()
    for (const entry of text.split(',').map((part) => part.trim())) {
      const [address = '', prefix, ...more] = entry.split('/')
      const version = isIP(address)
      const bits = version === 4 ? 32 : 128
      if (version === 0 || more.length > 0) return `${entry || 'nothing'} is neither an address nor a network`
      if (prefix !== undefined && !(/^[1-9][0-9]{0,2}$/.test(prefix) && Number(prefix) <= bits))
        return `${entry}: the length of the prefix must be 1 to ${bits}`
      set.#list.addSubnet(
        address,
        prefix === undefined ? bits : Number(prefix),
        version === 4 ? 'ipv4' : 'ipv6',
      )
    }
    return set
  }

  has(address: string): boolean {
    const version = isIP(address)
    return version !== 0 && this.#list.check(address, version === 4 ? 'ipv4' : 'ipv6')
  }
}
