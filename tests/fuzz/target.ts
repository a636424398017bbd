/** How a run on one input ended, where it ended as it may. */
export type Verdict =
  | { readonly accepted: true; readonly value: unknown }
  | { readonly accepted: false; readonly code: string }

/** One decoder or verifier. */
export interface Target {
  readonly name: string
  /** Inputs that mean something to it: accepted ones, and some that are refused for each reason. */
  readonly corpus: readonly (string | Uint8Array)[]
  readonly tokens: readonly string[]
  /** Decodes or verifies, and throws what it throws. Only this is timed. */
  readonly run: (input: Uint8Array) => unknown
  /** Says what is wrong with a verdict, by some other means than the code that gave it; null when nothing is. */
  readonly judge?: (input: Uint8Array, verdict: Verdict) => string | null
}

/** Reads bytes as text, as a header or a string from elsewhere would come: nothing is refused here. */
export function textOf(input: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(input)
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
