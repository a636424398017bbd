import { expect, test } from 'bun:test'
import { receivedTarget } from './received-target.ts'

test.each<[string, string, ReturnType<typeof receivedTarget>]>([
  ['an address', 'https://h.example/a?b=c', { host: 'h.example', path: '/a', query: 'b=c' }],
  ['an address with a port', 'http://h.example:8080/', { host: 'h.example:8080', path: '/', query: '' }],
  ['an address with a login', 'http://u:p@h.example/', { host: 'h.example', path: '/', query: '' }],
  ['an address without path', 'https://h.example?a', { host: 'h.example', path: '', query: 'a' }],
  ['a path', '/a/%2F?b?c#d', { host: '', path: '/a/%2F', query: 'b?c' }],
  ['a path with dots and slashes, left as it is', '//a/../b', { host: '', path: '//a/../b', query: '' }],
  ['an address in the query, left as it is', '/a?b=http://c/', { host: '', path: '/a', query: 'b=http://c/' }],
])('splits %s', (_name, url, expected) => {
  expect(receivedTarget(url)).toEqual(expected)
})
