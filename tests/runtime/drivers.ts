import { denoCommand } from '../tools/deno.ts'
import type { RuntimeDriver } from './driver.ts'
import { processDriver } from './process-driver.ts'
import { workerdDriver } from './workerd-driver.ts'

/** Every runtime that the gateway runs on: a column of the table each. */
export const DRIVERS: readonly RuntimeDriver[] = [
  processDriver('bun', () => [process.execPath]),
  processDriver('deno', denoCommand),
  workerdDriver,
]
