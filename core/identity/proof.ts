/**
 * How a person proves who they are.
 * @module
 */

/** What was proved, and by what thing of ours (A16). */
export type Proof =
  | { readonly method: 'magic_link' }
  | { readonly method: 'owner_link' }
  | { readonly method: 'passkey'; readonly passkeyId: string }
  | { readonly method: 'oidc'; readonly identityId: string }
  | { readonly method: 'pairing'; readonly pairingId: string }
