import { endWithParent } from '../chaos/end-with-parent.ts'
import { startFixed } from './gateways.ts'

/**
 * The gateway that calls ContactNow, in a process of its own. The third argument is the port; with `dies` as the fourth the
 * process is killed when the first event was committed, before anybody is answered.
 */
endWithParent()
const [dataPath = '', sandboxUrl = '', port = '0', ending = 'lives'] = process.argv.slice(2)
const { url } = await startFixed({
  dataPath,
  sandboxUrl,
  port: Number(port),
  adapt: (ports) => ({
    ...ports,
    store: {
      ...ports.store,
      async accept(event) {
        const accepted = await ports.store.accept(event)
        if (ending === 'dies') process.kill(process.pid, 'SIGKILL')
        return accepted
      },
    },
  }),
})
process.stdout.write(`${url}\n`)
