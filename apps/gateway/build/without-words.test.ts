import { expect, test } from 'bun:test'
import { withoutWords } from './without-words.ts'

/** A text as it is read, however it is laid out. */
const read = (text: string) => text.replaceAll(/\s+/g, '')
const pure = (value: string) => `/* @__PURE__ */ (() => (${value}))()`

test.each([
  [
    'the words of a route are left out, and what it takes is kept',
    `const get = createRoute({ method: 'get', path: '/', summary: 'A', request: { query: Q }, responses: { 200: { description: 'B' } } })`,
    `const get = ${pure(`createRoute({ method: "get", path: "/", request: { query: Q }, })`)};`,
  ],
  [
    'what is noted of a schema is left out, and what it checks is kept',
    `export const S = z.object({ a: z.string().min(1).openapi({ example: 'b' }).optional() }).openapi('S', { description: 'c' })`,
    `export const S = ${pure('z.object({ a: z.string().min(1).optional() })')};`,
  ],
  [
    'the handler of a route is kept',
    `export function add(app) { return app.openapi(get, () => 1) }`,
    `export function add(app) { return app.openapi(get, () => 1); }`,
  ],
  [
    'a route that is made in a function loses its words, and is called as it was',
    `export function api() { const get = createRoute({ tags: ['a'], method: 'get' }); return get }`,
    `export function api() { const get = createRoute({ method: "get" }); return get; }`,
  ],
])('%s', (_name, module, expected) => {
  expect(read(withoutWords(module))).toBe(read(expected))
})

test('a route whose words cannot be found ends the build', () => {
  expect(() => withoutWords('const get = createRoute(described)')).toThrow('is not written where it is made')
})
