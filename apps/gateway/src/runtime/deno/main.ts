import { runProcess } from '../process/run.ts'
import { DENO } from './runtime.ts'

await runProcess(DENO)
