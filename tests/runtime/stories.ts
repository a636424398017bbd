import { AGAIN } from './stories/again.ts'
import { BATCHES } from './stories/batches.ts'
import { BODIES } from './stories/bodies.ts'
import { BY_HAND } from './stories/by-hand.ts'
import { CREDENTIALS } from './stories/credentials.ts'
import { DELIVER } from './stories/deliver.ts'
import { IDEMPOTENCY } from './stories/idempotency.ts'
import { KEY_STORIES } from './stories/keys.ts'
import { LOOK } from './stories/look.ts'
import { ORDER } from './stories/order.ts'
import { PARKED } from './stories/parked.ts'
import { REFUSED } from './stories/problems.ts'
import { RECEIVE } from './stories/receive.ts'
import { RESTART } from './stories/restart.ts'
import { STREAM } from './stories/stream.ts'
import { SURFACE } from './stories/surface.ts'
import { VERIFY } from './stories/verify.ts'
import { WAIT } from './stories/wait.ts'
import type { Story } from './story.ts'

/** Every story: a row of the table each. */
export const STORIES: readonly Story[] = [
  ...RECEIVE,
  ...BODIES,
  ...VERIFY,
  ...IDEMPOTENCY,
  ...DELIVER,
  ...WAIT,
  ...PARKED,
  ...BATCHES,
  ...ORDER,
  ...CREDENTIALS,
  ...BY_HAND,
  ...REFUSED,
  ...SURFACE,
  ...LOOK,
  ...STREAM,
  ...KEY_STORIES,
  ...AGAIN,
  ...RESTART,
]
