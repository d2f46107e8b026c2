/**
 * The HTML part of a mail, made of its text, so that the two cannot say different things. It loads nothing: no image, no
 * style sheet, no font.
 * @module
 */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

const LINK = /^https?:\/\/\S+$/
/** A short code, as `displayCode` writes it. */
const CODE = /^[A-Z]{4}-[A-Z]{4}$/
const BUTTON =
  'display:inline-block;padding:12px 20px;border-radius:8px;background:#0b63c5;color:#ffffff;text-decoration:none'

function paragraph(text: string): string {
  const safe = escaped(text)
  if (LINK.test(text))
    return `<p><a href="${safe}" style="${BUTTON}">Open Talos</a></p><p style="font-size:13px;color:#5a6673">${safe}</p>`
  if (CODE.test(text)) return `<p style="font:600 26px monospace;letter-spacing:2px">${safe}</p>`
  return `<p>${safe.replaceAll('\n', '<br>')}</p>`
}

/** A paragraph that is an address becomes a link, one that is a code is large; all else is text. */
export function htmlOf(text: string): string {
  const body = text.trim().split(/\n\n+/).map(paragraph).join('')
  const style = 'font:16px/1.5 sans-serif;color:#16202b;max-width:36em;margin:0 auto;padding:16px'
  return `<!doctype html><html lang="en"><body><div style="${style}">${body}</div></body></html>`
}
