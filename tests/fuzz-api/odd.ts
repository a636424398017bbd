import type { Dice } from './dice.ts'

/** Texts that have broken something before: here or elsewhere. */
export const ODD_TEXTS = [
  '',
  ' ',
  '\u0000',
  '\r\nX-Injected: 1',
  '\ud800',
  '\u202e\u2066abc',
  'e\u0301\u0323',
  '\ufeff',
  '😀'.repeat(70),
  'a'.repeat(300),
  'a'.repeat(20_000),
  "'; DROP TABLE events; --",
  '%00',
  '../../etc/passwd',
  '*',
  '"unclosed',
  '{"$ne":null}',
  '<script>alert(1)</script>',
  'NaN',
  '-0',
  '1e400',
  '9007199254740993',
  '__proto__',
  'constructor',
  'null',
  'undefined',
  '٣',
  '2026-02-30T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '0000-01-01T00:00:00Z',
] as const

/** Parts of a path as they are sent. */
export const ODD_PATH_PARTS = [
  '%00',
  '%ZZ',
  '%',
  '%C3%28',
  '%E0%80%AF',
  '%2F',
  '%2e%2e',
  '..%2f..%2f',
  '%F0%9F%98%80',
  '%ED%A0%80',
  ':id',
  '{id}',
  '*',
  '~',
  'a'.repeat(3000),
  'evt_00000000000000000000000000',
  'dlv_00000000000000000000000000',
  'job_00000000000000000000000000',
  'dlv_zzzzzzzzzzzzzzzzzzzzzzzzzz',
  '__proto__',
  'constructor',
] as const

/** Values that a member of JSON may have and seldom should. */
export function oddJson(dice: Dice): unknown {
  return dice.pick<() => unknown>([
    () => dice.pick(ODD_TEXTS),
    () => null,
    () => dice.pick([true, 0, -1, 1.5, 1e308, -9_007_199_254_740_991]),
    () => [],
    () => ({}),
    () => [[[[[[[[1]]]]]]]],
    () => ({ toString: 1, length: -1 }),
    () => Array.from({ length: 500 }, () => 'x'),
  ])()
}

const encoder = new TextEncoder()

/** Bodies that no schema makes. */
export function oddBody(dice: Dice): Uint8Array<ArrayBuffer> {
  return dice.pick<() => Uint8Array<ArrayBuffer>>([
    () => new Uint8Array(),
    () => encoder.encode('{'),
    () => encoder.encode('{"a":1,"a":2}'),
    () => encoder.encode('{"__proto__":{"isAdmin":true}}'),
    () => encoder.encode(`${'['.repeat(5000)}${']'.repeat(5000)}`),
    () => encoder.encode('{"n":1e999}'),
    () => encoder.encode('\ufeff{"a":1}'),
    () => encoder.encode('{"a":"\ud800"}'),
    () => encoder.encode('null'),
    () => encoder.encode('"text"'),
    () => encoder.encode('[]'),
    () => Uint8Array.of(0xff, 0xfe, 0x00, 0x7b),
    () => Uint8Array.of(0x22, 0xc3, 0x28, 0x22),
    () => encoder.encode('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    () => encoder.encode('<a><b></a>'),
    () => encoder.encode('email=a%40example.com&email=b'),
    () => encoder.encode(`{"a":"${'x'.repeat(1_100_000)}"}`),
  ])()
}
