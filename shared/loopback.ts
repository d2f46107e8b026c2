/**
 * What «this machine» is, in one place: secrets and metal are guarded by it (B10, G4, G7).
 * @module
 */

const LOOPBACK = /^(localhost|127(\.[0-9]{1,3}){3}|::1|\[::1\])$/

/** Is this host name or address, as typed or as in a URL (where IPv6 has brackets), certainly this machine? */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host)
