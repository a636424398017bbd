import { Database } from 'bun:sqlite'
import { join } from 'node:path'
import { EVENT } from './event.ts'

/** Commits one event after the other, an fsync for each: what a disk allows without group commit. Folder, seconds. */
const [folder = '', seconds] = process.argv.slice(2)
const database = new Database(join(folder, 'fsync.sqlite'), { create: true })
database.run('PRAGMA journal_mode = WAL')
database.run('PRAGMA synchronous = FULL')
database.run('CREATE TABLE events (id INTEGER PRIMARY KEY, body TEXT NOT NULL)')
const insert = database.prepare('INSERT INTO events (body) VALUES (?)')

const startedAtMs = performance.now()
const lengthMs = Number(seconds) * 1000
let events = 0
let elapsedMs = 0
while (elapsedMs < lengthMs) {
  insert.run(EVENT)
  events += 1
  elapsedMs = performance.now() - startedAtMs
}
process.stdout.write(JSON.stringify({ perSecond: (events * 1000) / elapsedMs }))
