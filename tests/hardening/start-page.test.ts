import { afterEach, describe, expect, test } from 'bun:test'
import { StoreError } from '@sluice/errors'
import { setStage, type Stage } from '../passthrough/stage.ts'
import { startRunning, temporaryFolder } from '../stories/running.ts'

describe('the start page of a gateway that calls real upstreams', () => {
  let stage: Stage
  afterEach(() => stage.world.stop())

  const page = async () => (await stage.world.request('/')).text()
  const namesOf = ({ config }: Stage['world']) => [...config.sources.keys(), ...config.destinations.keys()]
  const standsIn = (text: string) => (name: string) => new RegExp(`\\b${name}\\b`).test(text)

  test('says nothing of what is configured, nor of what goes on', async () => {
    stage = await setStage()
    await stage.world.post('demo', { email: 'ada@example.com' })
    const text = await page()
    expect(text).toContain('>Ready<')
    expect(text).toContain('<small>0</small>')
    for (const path of ['/docs', '/openapi.json', '/readyz']) expect(text).toContain(`href="${path}"`)
    expect(namesOf(stage.world).length).toBeGreaterThan(4)
    expect(namesOf(stage.world).filter(standsIn(text))).toEqual([])
    expect(['/webhooks', '<table', 'unverified', 'delivered', 'pending'].filter((word) => text.includes(word))).toEqual(
      [],
    )
  })

  test('says that it is not ready, and looks again after a second and not before', async () => {
    let checks = 0
    let full = true
    stage = await setStage({
      adapt: (ports) => ({
        ...ports,
        store: {
          ...ports.store,
          async check(nowMs) {
            checks += 1
            if (full) throw new StoreError('STORE_FULL', 'store: full')
            await ports.store.check(nowMs)
          },
        },
      }),
    })
    expect(await page()).toContain('>Not ready<')
    full = false
    await page()
    expect(checks).toBe(1)
    await stage.world.advanceTo(stage.world.nowMs() + 1000)
    expect(await page()).toContain('>Ready<')
    expect(checks).toBe(2)
  })
})

test('beside a sandbox the start page shows what is configured', async () => {
  const folder = temporaryFolder()
  const { url, gateway } = await startRunning({ sandboxUrl: 'http://127.0.0.1:9', dataPath: folder.path })
  try {
    const text = await (await fetch(url)).text()
    for (const shown of ['/webhooks/demo', '<td>contactnow</td>', 'pending']) expect(text).toContain(shown)
  } finally {
    await gateway.stop()
    folder.remove()
  }
})
