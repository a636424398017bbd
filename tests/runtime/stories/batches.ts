import { same } from '../same.ts'
import type { Stage, Story } from '../story.ts'

/** As many as make a file. */
const NAMES = ['ada', 'bea', 'cia']

/** Posts rows at once, each as an event of its own, and waits until all are delivered. */
async function load({ gateway }: Stage, source: string) {
  const rows = NAMES.map((name) => ({ email: `${name}@example.com`, name }))
  const ids = await Promise.all(rows.map((row) => gateway.posted(source, row)))
  return Promise.all(ids.map((id) => gateway.in('delivered', id)))
}

const loadsOf = async ({ sandbox }: Stage) => (await sandbox.requests('danaconnect', 'bulk-load')).length

async function timesInTheList({ sandbox }: Stage): Promise<readonly number[]> {
  const kept = JSON.stringify((await sandbox.state()).danaconnect)
  return NAMES.map((name) => kept.split(`"EMAIL":"${name}@example.com"`).length - 1)
}

/** Deliveries that share a call. */
export const BATCHES: readonly Story[] = [
  {
    name: 'rows of one list go in one file, and are delivered when the callback says so',
    short: true,
    async play(stage) {
      for (const { receipt, attempts } of await load(stage, 'rows-told')) {
        same([receipt?.['result'], receipt?.['lineCount'], receipt?.['confirmed']], ['FINISHED', NAMES.length, true])
        same(
          attempts.map(({ outcome }) => outcome),
          ['accepted'],
        )
      }
      same(await loadsOf(stage), 1)
      same(
        await timesInTheList(stage),
        NAMES.map(() => 1),
      )
    },
  },
  {
    name: 'where nobody is asked to confirm a load, its rows are delivered as unconfirmed',
    async play(stage) {
      for (const { receipt } of await load(stage, 'rows-blind')) {
        same([receipt?.['unconfirmed'], receipt?.['sentLineCount']], [true, NAMES.length])
      }
      same(await loadsOf(stage), 1)
    },
  },
  {
    name: 'callbacks at a guessed address, about something else, or twice, change nothing',
    async play(stage) {
      const { sandbox } = stage
      await sandbox.arm('danaconnect', 'callback-forged-path')
      await load(stage, 'rows-told')
      await sandbox.arm('danaconnect', 'callback-forged-ids')
      await load(stage, 'rows-told')
      await sandbox.arm('danaconnect', 'callback-twice')
      for (const { receipt } of await load(stage, 'rows-told')) same(receipt?.['confirmed'], true)
      const { callbacks } = (await sandbox.state()).danaconnect as {
        callbacks: readonly { readonly status: number | null }[]
      }
      same(callbacks.map(({ status }) => status).slice(0, 5), [404, 200, 422, 200, 200])
      same(
        await timesInTheList(stage),
        NAMES.map(() => 3),
      )
    },
  },
]
