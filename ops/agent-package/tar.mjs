/**
 * A tar archive (POSIX.1-1988 ustar) that depends on nothing but what is in it: entries sorted, one time for all, no owner.
 * @module
 */
import { gzipSync } from 'node:zlib'

const BLOCK = 512
/** 2000-01-01: some tools warn about files from 1970. */
const TIME_S = 946_684_800

const octal = (value, digits) => `${value.toString(8).padStart(digits, '0')}\0`

/** ustar keeps 100 bytes of a path, and 155 of its folders before that. */
function splitPath(path) {
  if (Buffer.byteLength(path) <= 100) return { name: path, prefix: '' }
  for (let cut = path.indexOf('/'); cut !== -1; cut = path.indexOf('/', cut + 1)) {
    const [prefix, name] = [path.slice(0, cut), path.slice(cut + 1)]
    if (Buffer.byteLength(name) <= 100 && Buffer.byteLength(prefix) <= 155) return { name, prefix }
  }
  throw new Error(`${path} is too long for an archive`)
}

function header(path, size, mode) {
  const { name, prefix } = splitPath(path)
  const block = Buffer.alloc(BLOCK)
  const put = (text, offset) => block.write(text, offset, 'utf8')
  put(name, 0)
  put(octal(mode, 7), 100)
  put(octal(0, 7), 108)
  put(octal(0, 7), 116)
  put(octal(size, 11), 124)
  put(octal(TIME_S, 11), 136)
  put(' '.repeat(8), 148)
  put('0', 156)
  put('ustar\x0000', 257)
  put(prefix, 345)
  const sum = block.reduce((total, byte) => total + byte, 0)
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

/**
 * @param {Iterable<{ path: string, data: Buffer, isExecutable?: boolean }>} files
 * @returns {Buffer} the archive, gzipped
 */
export function tarGz(files) {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1))
  const blocks = sorted.flatMap(({ path, data, isExecutable = false }) => [
    header(path, data.length, isExecutable ? 0o755 : 0o644),
    data,
    Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK),
  ])
  const packed = gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]), { level: 9 })
  // RFC 1952: which system it was made on; 255 is «unknown».
  packed[9] = 255
  return packed
}
