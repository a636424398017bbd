import { afterEach, expect, test } from 'bun:test'
import { type Running, startRunning, temporaryFolder } from './running.ts'

const folders: { remove(): void }[] = []
const started: Running[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map(({ gateway }) => gateway.stop()))
  for (const folder of folders.splice(0)) folder.remove()
})

/** Starts a gateway that has, or has not, a fixed address, and reads what it says about itself. */
async function readiness(fixedEgress: boolean) {
  const folder = temporaryFolder()
  folders.push(folder)
  const running = await startRunning({ sandboxUrl: 'http://127.0.0.1:9', dataPath: folder.path, fixedEgress })
  started.push(running)
  const answers = await Promise.all([1, 2].map(() => fetch(`${running.url}/readyz`)))
  const bodies = await Promise.all(answers.map((answer) => answer.json() as Promise<unknown>))
  const page = await (await fetch(`${running.url}/`)).text()
  return { page, statuses: answers.map(({ status }) => status), body: bodies[0], warned: running.log.filter(isWarning) }
}

const isWarning = (line: string): boolean => line.includes('EGRESS_NOT_FIXED')

test('a gateway without a fixed address that calls ContactNow is ready, warns on /readyz and on the page, and says so once in the log', async () => {
  const { statuses, body, warned, page } = await readiness(false)
  expect(statuses).toEqual([200, 200])
  expect(body).toEqual({
    status: 'ready',
    checks: [{ name: 'store', ok: true }],
    warnings: [{ code: 'EGRESS_NOT_FIXED', detail: expect.stringContaining('contactnow (contactnow) works only') }],
  })
  expect(page).toContain('<span class="bad">EGRESS_NOT_FIXED</span> contactnow (contactnow) works only')
  expect(warned).toHaveLength(1)
  expect(JSON.parse(warned[0] ?? '')).toMatchObject({ level: 'warn', destination: 'contactnow' })
})

test('a gateway on a fixed address warns of nothing', async () => {
  const { body, warned, page } = await readiness(true)
  expect(body).toMatchObject({ status: 'ready', warnings: [] })
  expect(warned).toEqual([])
  expect(page).not.toContain('Warnings')
})
