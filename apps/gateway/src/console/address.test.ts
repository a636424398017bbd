import { describe, expect, test } from 'bun:test'
import { createApi } from '../api/create-api.ts'
import { addressOf } from './address.ts'
import { addDocs } from './docs/docs.ts'

const asked = (url: string, headers: Readonly<Record<string, string>> = {}) => ({ url, headers: new Headers(headers) })

describe('the address that a page is asked at', () => {
  test.each([
    ['http://127.0.0.1:8799/docs', {}, 'http://127.0.0.1:8799'],
    ['http://[::1]:8799/docs', {}, 'http://[::1]:8799'],
    ['https://leads.example.com/docs?x=1', {}, 'https://leads.example.com'],
    ['http://leads.example.com/docs', { 'x-forwarded-proto': 'https' }, 'https://leads.example.com'],
    ['http://leads.example.com/docs', { 'x-forwarded-proto': 'javascript' }, 'http://leads.example.com'],
    // What a shell or a page could take for something else.
    ['http://a$(id)/docs', {}, null],
    ['http://a&b/docs', {}, null],
    [`http://a"b/docs`, {}, null],
    [`http://a'b/docs`, {}, null],
    ['http://a`id`/docs', {}, null],
    ['/docs', {}, null],
  ])('%s, %o', (url, headers, address) => {
    expect(addressOf(asked(url, headers))).toBe(address)
  })

  test('stands in the page also where that was made before, as in a Worker, and where there is none nothing changes', async () => {
    const app = createApi()
    const made = '<pre>SLUICE=http://localhost   # where the gateway is</pre>'
    addDocs(app, '0', () => Promise.resolve(new TextEncoder().encode(made).buffer))
    const shown = async (url: string) => (await app.request(url)).text()
    expect(await shown('https://leads.workers.dev/docs')).toBe(
      made.replace('http://localhost', 'https://leads.workers.dev'),
    )
    expect(await shown('https://a$(id)/docs')).toBe(made)
  })
})
