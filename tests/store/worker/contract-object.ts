/** A Worker that runs the contract of the store on the storage of Durable Objects, and answers with how each test ended. */
import { DurableObject } from 'cloudflare:workers'
import { createSqliteStore, type SqlDatabase } from '@sluice/gateway/store'
import { databaseOf } from '@sluice/gateway/worker-sqlite'
import { storeContract } from '../contract.ts'
import { databaseContract } from '../database.ts'
import { countTests, type Ended, runTest } from '../elsewhere/stand-in.ts'
import type { OpenStore } from '../fixtures.ts'

interface Bindings {
  readonly CONTRACT_OBJECTS: DurableObjectNamespace<ContractObject>
}

/** The database of the object whose test is under way, until that has opened it. */
let unopened: SqlDatabase | null = null
let ids = 0
const newId = (prefix: string) => `${prefix}_${String((ids += 1)).padStart(6, '0')}`
/** As a shard has it. */
const defer = (work: () => void): void => void setTimeout(work, 0)

/** Each test has an object of its own, so none finds what another one left. */
function openDatabase(): SqlDatabase {
  const database = unopened
  if (database === null) throw new Error('a test opens a second database')
  unopened = null
  return database
}

/** An object that is woken again has the same storage, and a store of its own. */
function openStore(database: SqlDatabase): OpenStore {
  return { store: createSqliteStore({ database, newId, defer }), reopen: () => openStore(database) }
}

storeContract('SQLite in a Durable Object', () => openStore(openDatabase()))
databaseContract('SQLite in a Durable Object', openDatabase, defer)

/** Runs one test on its storage. */
export class ContractObject extends DurableObject<Bindings> {
  run(index: number): Promise<Ended> {
    unopened = databaseOf(this.ctx.storage)
    return runTest(index)
  }
}

// oxlint-disable-next-line import/no-default-export -- a Worker is what its module exports by default
export default {
  async fetch(_request, { CONTRACT_OBJECTS }) {
    const ended: Ended[] = []
    for (let index = 0; index < countTests(); index += 1)
      ended.push(await CONTRACT_OBJECTS.getByName(String(index)).run(index))
    return Response.json(ended)
  },
} satisfies ExportedHandler<Bindings>
