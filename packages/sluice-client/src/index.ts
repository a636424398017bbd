export { createSluice, type ForwardCall, type Sluice, sluiceFaults, type SluiceOptions } from './client.ts'
export { type OperationFacts, type OperationName, operations } from './operations.ts'
export { type SluiceCode } from './replies.ts'
export { type Acceptance, type ForwardInput, forwardSchema } from './wire.ts'
