import type { Actual } from '../cell.ts'
import type { SeenDelivery } from './scene.ts'

/** Tells what became of a delivery, in the terms of the prediction. */
export function actualOf({ state, attempts }: SeenDelivery, effects: number): Actual {
  return {
    state,
    firstOutcome: attempts[0]?.outcome,
    attempts: attempts.length,
    counted: attempts.filter(({ counted }) => counted).length,
    effects,
  }
}
