/** Ends this process when the one that started it is gone, however that ended: its pipe to our standard input closes then. */
export function endWithParent(): void {
  process.stdin.on('end', () => process.exit(0))
  process.stdin.resume()
}
