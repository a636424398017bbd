/** Runs the contract of the store on Deno, in the folder of the first argument, and prints as JSON how each test ended. */
import process from 'node:process'
import { openSqlite } from '@sluice/gateway/deno'
import { sqliteContract } from '../sqlite.ts'
import { runTests } from './deno-test.ts'

sqliteContract('SQLite on Deno', openSqlite, process.argv[2] ?? '')
process.stdout.write(`${JSON.stringify(await runTests())}\n`, () => process.exit(0))
