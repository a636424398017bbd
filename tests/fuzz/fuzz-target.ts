import { SluiceError } from '@sluice/errors'

import { seededRandom } from '../chaos/random.ts'
import { mutate } from './mutate.ts'
import { bytesOf, type Target, type Verdict } from './target.ts'

/** How long to go on: a time, or a number of inputs, whichever is over first. */
export interface Effort {
  readonly seed: number
  readonly seconds: number
  readonly inputs: number
  /** Largest input. */
  readonly maxBytes: number
}

/** An input on which a target did what it must not. */
export interface Finding {
  readonly fault: string
  readonly input: Uint8Array
}

/** What fuzzing one target came to. */
export interface FuzzReport {
  readonly target: string
  readonly inputs: number
  readonly accepted: number
  /** How often each code refused an input. */
  readonly refused: ReadonlyMap<string, number>
  readonly slowestMs: number
  readonly findings: readonly Finding[]
}

/** Longest time that an input of at most 64 kB may take. */
const SLOW_MS = 50

/** An input counts as slow only if it is slow each time: the machine may have been busy with something else. */
const SLOW_TIMES = 3

/** Findings after which a target is left alone: more of them mostly say the same. */
const ENOUGH_FINDINGS = 5

/** Gives a target one input after another, the same ones for the same seed, and collects what must not happen. */
export async function fuzzTarget(target: Target, effort: Effort): Promise<FuzzReport> {
  const material = {
    corpus: target.corpus.map((entry) => (typeof entry === 'string' ? bytesOf(entry) : entry)),
    tokens: target.tokens.map(bytesOf),
  }
  const random = seededRandom(effort.seed)
  const refused = new Map<string, number>()
  const findings: Finding[] = []
  let [inputs, accepted, slowestMs] = [0, 0, 0]
  const endMs = performance.now() + effort.seconds * 1000
  while (inputs < effort.inputs && performance.now() < endMs && findings.length < ENOUGH_FINDINGS) {
    // First the corpus as it is: what it is meant to reach is then reached in the shortest run.
    const input = material.corpus[inputs] ?? mutate(material, random, effort.maxBytes)
    const { verdict, fault, tookMs } = await tryInput(target, input)
    inputs += 1
    slowestMs = Math.max(slowestMs, tookMs)
    if (verdict?.accepted === true) accepted += 1
    else if (verdict !== undefined) refused.set(verdict.code, (refused.get(verdict.code) ?? 0) + 1)
    if (fault !== null) findings.push({ fault, input })
  }
  return { target: target.name, inputs, accepted, refused, slowestMs, findings }
}

/** What one input led to. */
export interface Trial {
  /** Absent when something was thrown that is no error of ours. */
  readonly verdict?: Verdict
  readonly fault: string | null
  readonly tookMs: number
}

/** Gives a target one input. */
export async function tryInput(target: Target, input: Uint8Array): Promise<Trial> {
  const first = await timed(target, input)
  const tookMs = first.tookMs > SLOW_MS ? await fastest(target, input, first.tookMs) : first.tookMs
  if ('crash' in first) return { fault: first.crash, tookMs }
  const { verdict } = first
  const slow = tookMs > SLOW_MS ? `takes ${tookMs.toFixed(0)} ms, each time` : null
  return { verdict, fault: slow ?? target.judge?.(input, verdict) ?? null, tookMs }
}

async function fastest(target: Target, input: Uint8Array, firstMs: number): Promise<number> {
  let fastestMs = firstMs
  for (let time = 0; time < SLOW_TIMES; time += 1) {
    fastestMs = Math.min(fastestMs, (await timed(target, input)).tookMs)
  }
  return fastestMs
}

type Timed = { readonly tookMs: number } & ({ readonly verdict: Verdict } | { readonly crash: string })

async function timed(target: Target, input: Uint8Array): Promise<Timed> {
  const startMs = performance.now()
  try {
    const returned = target.run(input)
    const value = returned instanceof Promise ? await returned : returned
    return { tookMs: performance.now() - startMs, verdict: { accepted: true, value } }
  } catch (error) {
    const tookMs = performance.now() - startMs
    if (error instanceof SluiceError) return { tookMs, verdict: { accepted: false, code: error.code } }
    return { tookMs, crash: `throws no error of ours: ${error instanceof Error ? error.name : typeof error}` }
  }
}
