import { openDataFolder } from '@sluice/gateway/bun'
import { createSqliteStore, type SqlDatabase } from '@sluice/gateway/store'
import { announceDeath } from './announce-death.ts'
import { endWithParent } from './end-with-parent.ts'

/**
 * Opens the data folder of the first argument as the gateway does at its start, and dies in the migration, before the
 * statement of the number in the second.
 */
endWithParent()
const [dataPath = '', statement = '1'] = process.argv.slice(2)
const database = openDataFolder(dataPath)
let left = Number(statement)
let inMigration = false
const dying: SqlDatabase = {
  all: (sql, ...values) => database.all(sql, ...values),
  run(sql, ...values) {
    if (inMigration) left -= 1
    if (inMigration && left === 0) {
      announceDeath('in-migration')
      process.kill(process.pid, 'SIGKILL')
    }
    return database.run(sql, ...values)
  },
  transaction: (work) =>
    database.transaction(() => {
      inMigration = true
      const result = work()
      inMigration = false
      return result
    }),
}
createSqliteStore({ database: dying, newId: (prefix) => prefix, defer: setImmediate })
