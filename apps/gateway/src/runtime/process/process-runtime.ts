import type { Ports } from '../../ports.ts'
import type { SqlDatabase } from '../../store/sql.ts'

/** A SQLite file that this process alone has open. */
export type SqliteFile = SqlDatabase & { close(): void }

/** An HTTP server that listens. */
export interface Listener {
  readonly port: number
  /** Takes no more requests; resolves when those under way have been answered. */
  drain(): Promise<void>
  /** Breaks off what is still under way. */
  close(): Promise<void>
}

/** What the process needs of a runtime beside the modules of Node, which every such runtime has. */
export interface ProcessRuntime {
  /**
   * Opens a SQLite file the durable way: write-ahead log, an fsync before a commit is believed, and locked for everybody
   * else until it is closed or the process dies.
   *
   * @throws Error with SQLite's own name of the fault as its `code`: `SQLITE_BUSY` another connection has the file,
   * `SQLITE_NOTADB` it is no database, `SQLITE_CANTOPEN`.
   */
  readonly openSqlite: (path: string) => SqliteFile
  /**
   * Listens on loopback.
   *
   * @param idleSeconds - How long a connection may lie still, where the runtime ends it by itself; Deno does not.
   * @throws Error with the `code` `EADDRINUSE` where the port is taken.
   */
  readonly listen: (
    port: number,
    answer: (request: Request) => Response | Promise<Response>,
    idleSeconds?: number,
  ) => Listener
  /** Sends each request once: a runtime that would send one again on a dead connection is kept from it here. */
  readonly fetch: Ports['fetch']
}
