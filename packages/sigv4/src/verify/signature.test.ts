import { describe, expect, test } from 'bun:test'
import { webCryptoHashes } from '../hash-functions.ts'
import { isSameSecret, isSignature, signature } from './signature.ts'
import { stringToSign } from './string-to-sign.ts'

// The example of AWS; the key pair opens nothing.
const LIST_USERS = [
  'AWS4-HMAC-SHA256',
  '20150830T123600Z',
  '20150830/us-east-1/iam/aws4_request',
  'f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59',
].join('\n')
const LIST_USERS_SIGNATURE = '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7'
const parts = {
  secretAccessKey: ['wJalrXUtnFEMI/K7MDENG', 'bPxRfiCYEXAMPLEKEY'].join('+'),
  date: '20150830',
  region: 'us-east-1',
  service: 'iam',
  stringToSign: LIST_USERS,
}

describe('stringToSign', () => {
  test('hashes the canonical request of the example of AWS', async () => {
    const canonicalRequest = [
      'GET',
      '/',
      'Action=ListUsers&Version=2010-05-08',
      'content-type:application/x-www-form-urlencoded; charset=utf-8',
      'host:iam.amazonaws.com',
      'x-amz-date:20150830T123600Z',
      '',
      'content-type;host;x-amz-date',
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    ].join('\n')
    const scope = '20150830/us-east-1/iam/aws4_request'
    expect(await stringToSign({ signedAt: '20150830T123600Z', scope, canonicalRequest })).toBe(LIST_USERS)
  })
})

describe('signature', () => {
  test('signs the example of AWS', async () => {
    expect(await signature(parts)).toBe(LIST_USERS_SIGNATURE)
  })

  test('signs the same again with the key it kept', async () => {
    expect([await signature(parts), await signature(parts)]).toEqual([LIST_USERS_SIGNATURE, LIST_USERS_SIGNATURE])
  })

  test.each([
    ['secret', { secretAccessKey: 'other' }],
    ['date', { date: '20150831' }],
    ['region', { region: 'us-east-2' }],
    ['service', { service: 'service' }],
  ])('keeps a key for one %s only', async (_name, change) => {
    await signature(parts)
    expect(await signature({ ...parts, ...change })).not.toBe(LIST_USERS_SIGNATURE)
  })
})

describe('hash functions that are passed in', () => {
  const wrong = { sha256Hex: () => '0'.repeat(64), hmacSha256Hex: () => '1'.repeat(64) }

  test('make the signature', async () => {
    expect(await signature({ ...parts, secretAccessKey: 'fresh' }, wrong)).toBe('1'.repeat(64))
  })

  test('do not spoil the key that others keep for the same secret', async () => {
    await signature(parts, wrong)
    expect(await signature(parts)).toBe(LIST_USERS_SIGNATURE)
  })

  test('are asked for a key once only', async () => {
    let rounds = 0
    const counting = {
      ...wrong,
      hmacSha256Hex: () => {
        rounds += 1
        return '1'.repeat(64)
      },
    }
    await signature(parts, counting)
    await signature(parts, counting)
    // Four for the key, and one for each signature.
    expect(rounds).toBe(6)
  })
})

describe('isSignature', () => {
  test.each<[string, string, boolean]>([
    ['accepts the right one', LIST_USERS_SIGNATURE, true],
    ['refuses another last digit', `${LIST_USERS_SIGNATURE.slice(0, -1)}8`, false],
    ['refuses upper case', LIST_USERS_SIGNATURE.toUpperCase(), false],
    ['refuses the empty text', '', false],
    ['refuses a shorter one', LIST_USERS_SIGNATURE.slice(0, -2), false],
    ['refuses a longer one', `${LIST_USERS_SIGNATURE}00`, false],
    ['refuses a newline at the end', `${LIST_USERS_SIGNATURE}\n`, false],
  ])('%s', async (_name, given, expected) => {
    expect(await isSignature(given, parts, webCryptoHashes)).toBe(expected)
  })
})

describe('isSameSecret', () => {
  test.each<[string, string, string, boolean]>([
    ['accepts equal texts', 'token', 'token', true],
    ['refuses another letter', 'tokem', 'token', false],
    ['refuses the beginning', 'toke', 'token', false],
    ['refuses the empty text', '', 'token', false],
  ])('%s', async (_name, given, expected, same) => {
    expect(await isSameSecret(given, expected, webCryptoHashes)).toBe(same)
  })
})
