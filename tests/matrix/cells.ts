import { createUpstreamMocks } from '@sluice/upstream-mocks'
import { type Cell, repliesInTable } from './cell.ts'
import { WIRED_OPERATIONS, type WiredOperation } from './operations.ts'
import { SUCCESS, type Times, TIMES } from './replies.ts'

/** Asks the sandbox which faults it has. */
export async function listFaults(): Promise<readonly string[]> {
  const mocks = createUpstreamMocks({ nowMs: () => 0 })
  const reply = await mocks.handle(new Request('http://sandbox.test/_sandbox/faults'))
  if (reply.kind !== 'response') throw new Error('the sandbox does not list its faults')
  const { faults } = (await reply.response.json()) as { readonly faults: readonly { readonly name: string }[] }
  return faults.map(({ name }) => name)
}

/** Lists every cell: each operation, each fault of the sandbox and each further reply of its table, each number of times. */
export function listCells(
  faults: readonly string[],
  operations: readonly WiredOperation[] = WIRED_OPERATIONS,
): readonly Cell[] {
  const times = Object.keys(TIMES) as Times[]
  return operations.flatMap((operation) => {
    const replies = [...new Set([...faults, ...repliesInTable(operation)])].filter((reply) => reply !== SUCCESS)
    return replies.flatMap((reply) => times.map((each) => ({ operation, reply, times: each })))
  })
}
