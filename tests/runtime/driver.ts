/** Where a gateway runs, and against what. */
export interface StartOptions {
  /** The port on loopback that it listens on, also after a restart: upstreams were told of it. */
  readonly port: number
  /** An empty folder for whatever it keeps. */
  readonly folder: string
  readonly sandboxUrl: string
  /** Every setting that the stories' configuration asks for. */
  readonly environment: Readonly<Record<string, string>>
}

/** A gateway that was started. */
export interface Instance {
  readonly url: string
  /** What it logged so far, in all its lives. */
  log(): string
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>
  /** Ends it at once, as a crash would, and waits until it is gone. */
  kill(): Promise<void>
  /** Starts it again in the same folder, after `stop` or `kill`. */
  restart(): Promise<void>
}

/** One runtime: a column of the table. */
export interface RuntimeDriver {
  readonly name: string
  start(options: StartOptions): Promise<Instance>
}
