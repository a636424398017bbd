/** Runs the contract of the store on Deno, in the folder of the first argument, and prints as JSON how each test ended. */
import process from 'node:process'
import { openSqlite } from '@sluice/gateway/deno'
import { countTests, type Ended, runTest } from '../elsewhere/stand-in.ts'
import { sqliteContract } from '../sqlite.ts'

sqliteContract('SQLite on Deno', openSqlite, process.argv[2] ?? '')
const ended: Ended[] = []
for (let index = 0; index < countTests(); index += 1) ended.push(await runTest(index))
process.stdout.write(`${JSON.stringify(ended)}\n`, () => process.exit(0))
