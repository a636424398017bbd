/** Deploys the Worker: `bun run deploy [--env staging]`. wrangler builds it first, as `wrangler.toml` says. */
import { startWrangler } from './wrangler.ts'

const args = process.argv.slice(2)
const namesOne = args.some((arg) => arg === '-e' || arg.startsWith('--env'))
// It stays in the group of this process: what the terminal interrupts it hears too, and it may ask there.
// An empty name is the top of `wrangler.toml`, and says that it is meant.
const wrangler = startWrangler(['deploy', ...args, ...(namesOne ? [] : ['--env='])], { leads: false })
process.exitCode = await wrangler.exited
