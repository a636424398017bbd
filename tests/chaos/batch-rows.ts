/** The most deliveries that share a call. */
export const BATCH_ROWS = 50
