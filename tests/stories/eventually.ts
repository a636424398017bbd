/** How often a condition is looked at. */
const LOOK_EVERY_MS = 10

/**
 * Waits until `look` finds what it looks for, and returns it. This is how a test waits: on a condition, never for a time.
 *
 * @param look - Returns undefined as long as there is nothing to be found.
 * @param deadlineMs - After this time the wait fails with `what` in its message.
 */
export async function eventually<Found>(
  what: string,
  look: () => Promise<Found | undefined> | Found | undefined,
  deadlineMs = 5000,
): Promise<Found> {
  const endsAtMs = performance.now() + deadlineMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > endsAtMs) throw new Error(`not within ${deadlineMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}
