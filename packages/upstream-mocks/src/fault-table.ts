import { CONTACTNOW_FAULTS } from './contactnow-fault-kinds.ts'
import { DANACONNECT_FAULTS } from './danaconnect-fault-kinds.ts'
import { DATATALKS_FAULTS } from './datatalks-fault-kinds.ts'
import type { FaultKind } from './fault-kind.ts'
import { FAULTS_EVERYWHERE } from './faults-everywhere.ts'

/** Every fault that can be armed. */
export const FAULT_TABLE = {
  ...FAULTS_EVERYWHERE,
  ...DANACONNECT_FAULTS,
  ...CONTACTNOW_FAULTS,
  ...DATATALKS_FAULTS,
} as const satisfies Readonly<Record<string, FaultKind>>

/** The name of a fault. */
export type FaultName = keyof typeof FAULT_TABLE

/** Tells a fault's name from other text. */
export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULT_TABLE, name)
}

/** Returns the entry of a fault, widened to what all of them have in common. */
export function faultKind(name: FaultName): FaultKind {
  return FAULT_TABLE[name]
}
