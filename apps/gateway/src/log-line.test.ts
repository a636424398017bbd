import { describe, expect, test } from 'bun:test'
import { fromLevel, jsonLine, prettyLine, readLogLevel } from './log-line.ts'
import type { LogLevel } from './ports.ts'

const ESCAPE = '\u001b[2J\u001b[1;31mowned'

/** What a line might do to whoever reads it. */
const TRICKS: readonly [name: string, text: string][] = [
  ['a line break', 'a\nb'],
  ['a line break and a whole line', 'a"}\r\n{"level":"info","message":"all is well"}'],
  ['an escape sequence', ESCAPE],
  ['an escape sequence by a C1 control', '\u009b31mowned'],
  ['DEL', 'a\u007fb'],
  ['NUL', 'a\0b'],
  ['a line separator', 'a\u2028b\u2029c'],
  ['text that turns its direction', 'a\u202eb\u2066c'],
  ['a byte order mark', '\ufeffa'],
  ['a lone surrogate', 'a\ud800b'],
  ['NEL', 'a\u0085b'],
]

describe('a line of JSON holds as plain text', () => {
  test.each([...TRICKS])('%s', (_name, text) => {
    const line = jsonLine(null, 'warn', 'm', { text })
    expect(line).toMatch(/^[\x20-\x7e]*$/)
    expect(JSON.parse(line)).toEqual({ level: 'warn', message: 'm', text })
  })
})

describe('a line for a terminal holds as plain text', () => {
  test.each([...TRICKS])('%s', (_name, text) => {
    const line = prettyLine('2026-11-25T22:13:07.405Z', 'warn', 'request', { text, ok: true })
    expect(line).toMatch(/^[\x20-\x7e]*$/)
    expect(line.startsWith('22:13:07.405 WARN  request text="')).toBe(true)
    expect(line.endsWith(' ok=true')).toBe(true)
  })
})

test('a line without fields is whole, and one with a time begins with it', () => {
  expect(jsonLine(null, 'info', 'it says "so"')).toBe('{"level":"info","message":"it says \\"so\\""}')
  expect(jsonLine('2026-11-25T22:13:07.405Z', 'warn', 'm', { count: 1 })).toBe(
    '{"time":"2026-11-25T22:13:07.405Z","level":"warn","message":"m","count":1}',
  )
})

test('a text of 1 MB is cut', () => {
  const text = 'a'.repeat(1_048_576)
  expect(JSON.parse(jsonLine(null, 'info', 'm', { text }))).toMatchObject({ text: `${'a'.repeat(512)}…` })
  expect(prettyLine('2026-11-25T22:13:07.405Z', 'info', 'm', { text }).length).toBeLessThan(600)
})

test('a text that is cut within a pair of surrogates stays JSON', () => {
  const line = jsonLine(null, 'info', 'm', { text: 'a'.repeat(511) + '😀'.repeat(10) })
  expect(line).toContain('\\ud83d…')
  expect((JSON.parse(line) as { text: string }).text).toHaveLength(513)
})

test('plain words stand as they are at a terminal', () => {
  const line = prettyLine('2026-11-25T22:13:07.405Z', 'info', 'request', { route: '/webhooks/:source', status: 202 })
  expect(line).toBe('22:13:07.405 INFO  request route=/webhooks/:source status=202')
})

test('what is less urgent than asked for is left out', () => {
  const levels: LogLevel[] = []
  const log = fromLevel('warn', (level) => void levels.push(level))
  for (const level of ['debug', 'info', 'warn', 'error'] as const) log(level, 'm')
  expect(levels).toEqual(['warn', 'error'])
})

test('a level is one of four, and `info` by default', () => {
  expect([undefined, 'debug', 'error', 'INFO', ''].map(readLogLevel)).toEqual(['info', 'debug', 'error', null, null])
})
