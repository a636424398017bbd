/** Room that is kept back, so that what was accepted can be delivered when there is none left for anything new. */
export interface Reserve {
  /** Whether it is there. Without it nothing new is accepted. */
  isThere(): boolean
  /** Gives it up, because a write found no room. It comes back by itself when there is room for it again. */
  giveUp(): void
}

/** No room is kept back: what holds the data has a limit of another kind. */
export const NO_RESERVE: Reserve = { isThere: () => true, giveUp: () => undefined }
