import { workerData } from 'node:worker_threads'
import type { CommitDeath } from './commit-death.ts'

const { flag, delayUs } = workerData as CommitDeath
Atomics.wait(flag, 0, 0)
const endMs = performance.now() + delayUs / 1000
// Timers are too coarse for a part of a millisecond.
while (performance.now() < endMs);
process.kill(process.pid, 'SIGKILL')
