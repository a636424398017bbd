import { expect, test } from 'bun:test'

import { DecodeError } from '@sluice/errors'

import { fuzzTarget, tryInput } from './fuzz-target.ts'
import type { Target } from './target.ts'
import { targets } from './targets.ts'

/** Small inputs, and always the same: long runs are `bun run fuzz`. */
const EFFORT = { seed: 20_261_122, seconds: 30, inputs: 400, maxBytes: 4096 }

test.each(targets.map((target) => [target.name, target] as const))('%s survives', async (_name, target) => {
  const { inputs, accepted, findings } = await fuzzTarget(target, EFFORT)
  expect(findings).toEqual([])
  expect([inputs, accepted > 0]).toEqual([400, true])
})

const refuse = () => {
  throw new DecodeError('JSON_SYNTAX', 'no')
}
const sound: Target = { name: 'sound', corpus: ['ab{}'], tokens: ['{', '!'], run: refuse }

test.each<[string, Partial<Target>, string]>([
  [
    'an error that is not of ours',
    { run: (input) => (input.includes(0x21) ? JSON.parse('!') : refuse()) },
    'throws no error of ours: SyntaxError',
  ],
  [
    'a thrown thing that is no error',
    {
      run: () => {
        // oxlint-disable-next-line typescript/only-throw-error -- what is to be found
        throw 'a text'
      },
    },
    'throws no error of ours: string',
  ],
  [
    'a promise that fails so',
    { run: () => Promise.reject(new RangeError('x')) },
    'throws no error of ours: RangeError',
  ],
  [
    'a wrong acceptance',
    { run: (input) => input.length, judge: (_input, verdict) => (verdict.accepted ? 'accepts too much' : null) },
    'accepts too much',
  ],
])('finds %s, with an input that shows it again', async (_name, change, fault) => {
  const target = { ...sound, ...change }
  const { findings } = await fuzzTarget(target, EFFORT)
  expect(findings[0]?.fault).toBe(fault)
  const again = await tryInput(target, findings[0]?.input ?? new Uint8Array())
  expect(again.fault).toBe(fault)
})

test('makes the same inputs for the same seed, and others for another', async () => {
  const seen = async (seed: number): Promise<string[]> => {
    const inputs: string[] = []
    const run = (input: Uint8Array) => inputs.push(Buffer.from(input).toString('base64'))
    await fuzzTarget({ ...sound, run }, { ...EFFORT, seed, inputs: 50 })
    return inputs
  }
  expect(await seen(1)).toEqual(await seen(1))
  expect(await seen(1)).not.toEqual(await seen(2))
})
