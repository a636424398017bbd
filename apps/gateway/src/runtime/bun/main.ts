import { runProcess } from '../process/run.ts'
import { BUN } from './runtime.ts'

await runProcess(BUN)
