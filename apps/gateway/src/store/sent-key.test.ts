import { expect, test } from 'bun:test'
import { keyIn } from '../flow/new-event.ts'
import { openSqlite } from '../runtime/bun/sqlite.ts'
import { textKey } from './content-key.ts'
import { ofKey } from './filter.ts'
import { migrate } from './migrate.ts'
import { sentKey } from './sent-key.ts'

test.each(['as1', 'a:b', 'order 7781', ' ', 'config:admin', 'key_1'])('%p is shown as it was sent', (sent) => {
  const stored = textKey(sent)
  for (const caller of [null, 'config:admin', 'config:a b', 'key_01KAPQ3Z8N4T6V9X2B5D7F0G1M'])
    expect(sentKey(keyIn(caller, stored) ?? '')).toBe(sent)
})

test('a key is looked for by indexes alone, whoever sent it', () => {
  const database = openSqlite(':memory:')
  migrate(database)
  const [sql, ...values] = ofKey('id', 'as1')
  const plan = database.all(`EXPLAIN QUERY PLAN SELECT id FROM events WHERE ${sql}`, ...values)
  const steps = plan.map(({ detail }) => String(detail)).filter((detail) => /\bevents\b/.test(detail))
  expect(steps.filter((step) => !/^SEARCH events USING .*(INDEX|PRIMARY KEY)/.test(step))).toEqual([])
  expect(steps.some((step) => step.includes('events_by_sent_key (<expr>=?)'))).toBe(true)
  database.close()
})
