import { Database } from 'bun:sqlite'
import { join } from 'node:path'

/**
 * The least that keeps the same promise: parses the body, commits it durably together with whatever else is waiting, and
 * then answers 202. No verification, no schema, no deliveries.
 */
const database = new Database(join(process.argv[2] ?? '', 'yardstick.sqlite'), { create: true })
database.run('PRAGMA journal_mode = WAL')
database.run('PRAGMA synchronous = FULL')
database.run('CREATE TABLE events (id INTEGER PRIMARY KEY, body TEXT NOT NULL)')
const insert = database.prepare('INSERT INTO events (body) VALUES (?)')

let waiting: { readonly body: string; readonly stored: () => void }[] = []

const insertAll = database.transaction((group: typeof waiting) => {
  for (const { body } of group) insert.run(body)
})

function flush(): void {
  const group = waiting
  waiting = []
  insertAll(group)
  for (const { stored } of group) stored()
}

function store(body: string): Promise<void> {
  return new Promise((stored) => {
    if (waiting.push({ body, stored }) === 1) setImmediate(flush)
  })
}

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  async fetch(request) {
    const body = await request.text()
    JSON.parse(body)
    await store(body)
    return Response.json({ accepted: true }, { status: 202 })
  },
})
process.stdout.write(`http://127.0.0.1:${server.port}\n`)
