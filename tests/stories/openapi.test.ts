import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Running, startRunning, temporaryFolder } from './running.ts'

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly securitySchemes: Readonly<Record<string, unknown>> }
}

interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly security?: readonly Readonly<Record<string, unknown>>[]
  readonly responses: Readonly<Record<string, unknown>>
}

describe('the document of the API, and what is beside it', () => {
  const folder = temporaryFolder()
  let running: Running
  let document: Document

  beforeAll(async () => {
    running = await startRunning({ sandboxUrl: 'http://127.0.0.1:9', dataPath: folder.path })
    document = (await (await fetch(`${running.url}/openapi.json`)).json()) as Document
  })

  afterAll(async () => {
    await running?.gateway.stop()
    folder.remove()
  })

  const operations = (): readonly [route: string, operation: Operation][] =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
    )

  test('says of every operation what it is called, what it does and what it answers', () => {
    expect(document.openapi).toBe('3.1.0')
    for (const [, operation] of operations()) {
      expect(operation.operationId).toMatch(/^[a-z][A-Za-z]+$/)
      expect(operation.summary).toMatch(/^[A-Z]/)
      expect(Object.keys(operation.responses).length).toBeGreaterThan(0)
    }
    const ids = operations().map(([, { operationId }]) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('asks for a key wherever the gateway does, and nowhere else', async () => {
    const asked = operations().filter(([, { security = [] }]) => security.some((one) => 'key' in one))
    expect(Object.keys(document.components.securitySchemes)).toContain('key')
    expect(asked.map(([route]) => route)).toEqual(
      operations()
        .map(([route]) => route)
        .filter((route) => route.includes('/v1/')),
    )
    for (const [route] of asked) {
      const [method = '', path = ''] = route.split(' ')
      const response = await fetch(`${running.url}${path.replaceAll(/\{\w+\}/g, 'x')}`, {
        method: method.toUpperCase(),
      })
      expect([route, response.status]).toEqual([route, 401])
    }
  })

  test('holds no route that the gateway does not know', async () => {
    for (const [route] of operations()) {
      const [method = '', path = ''] = route.split(' ')
      const response = await fetch(`${running.url}${path.replaceAll(/\{\w+\}/g, 'x')}`, {
        method: method.toUpperCase(),
      })
      expect([route, await response.text()]).not.toEqual([route, expect.stringContaining('"code":"NOT_FOUND"')])
    }
  })

  const beside: readonly [path: string, contentType: string, part: string][] = [
    ['/healthz', 'application/json', '{"status":"ok"}'],
    ['/readyz', 'application/json', '{"status":"ready","checks":[{"name":"store","ok":true}],"warnings":[]}'],
    ['/', 'text/html; charset=UTF-8', '<title>Sluice</title>'],
    ['/openapi.json', 'application/json', '"openapi":"3.1.0"'],
  ]
  test.each([...beside])('GET %s answers without a key', async (path, contentType, part) => {
    const response = await fetch(`${running.url}${path}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe(contentType)
    expect(await response.text()).toContain(part)
  })

  test('the start page loads nothing from elsewhere', async () => {
    const response = await fetch(`${running.url}/`)
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await response.text()).not.toMatch(/(?:src|href)="(?!http:\/\/127\.0\.0\.1|\/)/)
  })
})
