import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { makeAsset } from '@sluice/gateway/build'
import { type Running, startRunning, temporaryFolder } from '../stories/running.ts'
import { operationsOf, readCommitted } from './document.ts'

const document = await readCommitted()

describe('the page of the API', () => {
  const folder = temporaryFolder()
  let running: Running
  let page: string
  let headers: Headers

  beforeAll(async () => {
    running = await startRunning({ sandboxUrl: 'http://127.0.0.1:9', dataPath: folder.path })
    const reply = await fetch(`${running.url}/docs`)
    headers = reply.headers
    page = await reply.text()
  })
  afterAll(async () => {
    await running?.gateway.stop()
    folder.remove()
  })

  const all = (pattern: RegExp): readonly string[] => [...page.matchAll(pattern)].map(([, found = '']) => found)

  test('has every operation with its path, its command and its codes', () => {
    for (const { path, operation } of operationsOf(document)) {
      const start = page.indexOf(`<article id="${operation.operationId}">`)
      expect([operation.operationId, start > 0]).toEqual([operation.operationId, true])
      const article = page.slice(start, page.indexOf('</article>', start)).replaceAll('<wbr />', '')
      expect(article).toContain(`<code>${path}</code>`)
      expect(article).toContain('<code>curl ')
      for (const [status, { content = {} }] of Object.entries(operation.responses)) {
        expect(article).toContain(`>${status}</span>`)
        for (const code of Object.keys(content['application/problem+json']?.examples ?? {})) {
          expect(article).toContain(`<dt><code>${code}</code></dt>`)
        }
      }
    }
  })

  test('shows of XML an example in XML', () => {
    const examples = all(/<code>(&lt;\?xml version[\s\S]*?)<\/code>/g)
    expect(examples.length).toBeGreaterThan(50)
    expect(page).toContain('&lt;request&gt;&lt;MobilePhone&gt;+46700000001&lt;/MobilePhone&gt;')
    // What stands below the name of a type is of that type.
    for (const [, block = ''] of page.matchAll(
      /<code>application\/(?:problem\+)?xml<\/code>([\s\S]*?)(?:<p class="media">|<details class="answer">|<h4>|<\/article>)/g,
    )) {
      expect(block).not.toMatch(/<summary>Example<\/summary>\s*<pre tabindex="0"><code>\{/)
    }
  })

  test('leads nowhere but to itself and to this gateway, and every link has an end', () => {
    const ids = all(/ id="([^"]+)"/g)
    expect(new Set(ids).size).toBe(ids.length)
    const links = all(/ href="([^"]*)"/g)
    expect(links.length).toBeGreaterThan(ids.length)
    const known = new Set([...ids.map((id) => `#${id}`), '/', '/openapi.json'])
    expect(links.filter((link) => !known.has(link))).toEqual([])
    expect(page).not.toMatch(/ src=|<script|<link|<img|@import|url\(/)
  })

  test('is allowed nothing but its own style, which is the one that is allowed', () => {
    const [style = ''] = all(/<style>([\s\S]*?)<\/style>/g)
    const hash = new Bun.CryptoHasher('sha256').update(style).digest('base64')
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page).not.toMatch(/ style=| on\w+=/)
  })

  test('is what a Worker is built with', async () => {
    const asset = new TextDecoder().decode(await makeAsset('/docs'))
    expect(asset.replace('SLUICE=http://localhost ', `SLUICE=${running.url} `)).toBe(page)
  })

  test('calls the address that it was asked at, and no other', async () => {
    expect(all(/SLUICE=(\S+)/g)).toEqual([running.url])
    expect(page).not.toContain(':8787')
    const byProxy = await fetch(`${running.url}/docs`, {
      headers: { host: 'api.example.com', 'x-forwarded-proto': 'https' },
    })
    expect(await byProxy.text()).toContain('SLUICE=https://api.example.com ')
  })
})
