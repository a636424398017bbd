/**
 * Runs the pinned wrangler on the pinned Node: `bun run wrangler secret put NAME`, `bun run wrangler tail`.
 */
import { startWrangler } from './wrangler.ts'

process.exitCode = await startWrangler(process.argv.slice(2), { leads: false }).exited
