import { describe, expect, test } from 'bun:test'
import { webCryptoHashes } from './hash-functions.ts'

const encoder = new TextEncoder()

// RFC 4231 test case 2, and the examples of FIPS 180-4.
describe('webCryptoHashes', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['the text abc', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['the bytes of abc', encoder.encode('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['nothing', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [
      'bytes within a larger buffer',
      encoder.encode('xabcx').subarray(1, 4),
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    ],
    ['bytes in shared memory', sharedBytes('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ])('hash %s', async (_name, content, expected) => {
    expect(await webCryptoHashes.sha256Hex(content)).toBe(expected)
  })

  test('make the code of a message, again with the key they imported', async () => {
    const key = encoder.encode('Jefe')
    const code = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'
    const text = 'what do ya want for nothing?'
    expect([await webCryptoHashes.hmacSha256Hex(key, text), await webCryptoHashes.hmacSha256Hex(key, text)]).toEqual([
      code,
      code,
    ])
  })
})

function sharedBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(new SharedArrayBuffer(text.length))
  bytes.set(encoder.encode(text))
  return bytes
}
