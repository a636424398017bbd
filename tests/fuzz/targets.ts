import { bodies } from './bodies.ts'
import { decoders } from './decoders.ts'
import type { Target } from './target.ts'
import { verifiers } from './verifiers.ts'

/** Every decoder and every verifier: whatever reads bytes that a stranger sent. */
export const targets: readonly Target[] = [...decoders, ...bodies, ...verifiers]
