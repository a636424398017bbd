import { generateLoad } from './load.ts'

/** A process of its own, so that making the load takes no time from the server: URL, connections, seconds, warm-up. */
const [url = '', connections, seconds, warmUpSeconds] = process.argv.slice(2)
const result = await generateLoad({
  url,
  connections: Number(connections),
  seconds: Number(seconds),
  warmUpSeconds: Number(warmUpSeconds),
})
process.stdout.write(JSON.stringify(result))
process.exit(0)
