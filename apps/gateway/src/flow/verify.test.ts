import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { source } from '../config.ts'
import type { ReceivedRequest } from '../sources/scheme.ts'
import { idempotencyKeyOf, type SentKeys, verify } from './verify.ts'

const scheme = { name: 'open', verify: () => undefined }
const NONE = { signed: null, content: null, header: null }
const from = (idempotencyPath: string | null) => source({ scheme, schema: z.unknown(), idempotencyPath })

describe('the idempotency key of a request', () => {
  test.each<[string, string | null, Partial<SentKeys>, unknown, string | null]>([
    ['is what the scheme signs, before all', 'id', { signed: 's', header: 'h' }, { id: 'b' }, 's'],
    ['is what the scheme signs, whatever the body has', 'id', { signed: 's' }, { id: '\ud800' }, 's'],
    ['is what the body has where the source says', 'id', { header: 'h' }, { id: 'b' }, 'b'],
    ['is a header where the body has nothing there', 'id', { header: 'h' }, { other: 'b' }, 'h'],
    ['is a header where the source says nothing', null, { header: 'h' }, { id: 'b' }, 'h'],
    ['is read from within', 'event.id', NONE, { event: { id: 'b' } }, 'b'],
    ['may be a number', 'id', NONE, { id: 42 }, '42'],
    ['is no text that could be another key', 'id', NONE, { id: 'content k' }, ' content k'],
    ['is another for every text', 'id', NONE, { id: ' content k' }, '  content k'],
    ['may hold whole pairs of surrogates', 'id', NONE, { id: '😀' }, '😀'],
    ['is no object', 'event', NONE, { event: { id: 'b' } }, null],
    ['is no empty text', 'id', NONE, { id: '' }, null],
    ['is none of what every object has', 'constructor.name', NONE, {}, null],
    ['is nowhere in a list', 'id', NONE, ['id'], null],
    ['is what was signed where the body has nothing there', 'id', { content: 'c' }, {}, 'c'],
    ['is what the body has before what was signed', 'id', { content: 'c' }, { id: 'b' }, 'b'],
    ['is the signed id before all that is signed', 'id', { signed: 's', content: 'c' }, { id: 'b' }, 's'],
    ['is none where there is none', null, NONE, {}, null],
  ])('%s', (_, path, keys, sent, expected) => {
    expect(idempotencyKeyOf(from(path), { ...NONE, ...keys }, sent)).toBe(expected)
  })

  test.each([
    ['too long', 'x'.repeat(256)],
    ['half of a surrogate pair', '\ud800'],
    ['the other half', 'a\udc00b'],
  ])('is refused where it cannot be kept: %s', (_, id) => {
    expect(() => idempotencyKeyOf(from('id'), NONE, { id })).toThrow('IDEMPOTENCY_KEY_INVALID')
  })
})

function request(headers: Readonly<Record<string, string>>): ReceivedRequest {
  return {
    method: 'POST',
    url: 'http://gateway.test/webhooks/a',
    headers: new Headers(headers),
    body: new Uint8Array(),
  }
}

test('the idempotency key is where the scheme knows its sender to have it, unless the source says otherwise', () => {
  const known = { ...scheme, idempotencyPath: 'sent.id' }
  const sent = { sent: { id: 'theirs' }, id: 'ours' }
  const schema = z.unknown()
  expect(idempotencyKeyOf(source({ scheme: known, schema }), NONE, sent)).toBe('theirs')
  expect(idempotencyKeyOf(source({ scheme: known, schema, idempotencyPath: 'id' }), NONE, sent)).toBe('ours')
})

test('what nobody signed is not even read where something is signed', async () => {
  const signedContent = new TextEncoder().encode('abc')
  const signing = source({
    scheme: { name: 'signing', verify: () => ({ messageId: null, signedContent }) },
    schema: z.unknown(),
  })
  // The digest of FIPS 180-2 appendix B.1.
  const content = 'content ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  const headers = { 'idempotency-key': 'no key at all', 'webhook-id': 'a' }
  expect(await verify(signing, request(headers), 0)).toEqual({ signed: null, content, header: null })
})

describe('an Idempotency-Key', () => {
  const keyIn = async (value: string) => verify(from(null), request({ 'idempotency-key': value }), 0)

  test.each([
    ['k1', 'k1'],
    ['"k1"', 'k1'],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ['k"1', 'k"1'],
  ])('%s is the key %s', async (value, header) => {
    expect(await keyIn(value)).toEqual({ ...NONE, header })
  })

  test.each(['""', '"', '"unclosed', '"a"b"', '"a b"', 'a b', 'x'.repeat(256)])('%s is refused', async (value) => {
    expect(await keyIn(value).catch((error: unknown) => error)).toMatchObject({ code: 'IDEMPOTENCY_KEY_INVALID' })
  })
})
