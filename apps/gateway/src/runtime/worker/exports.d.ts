/** What of this Worker its own code can call without a binding. */
declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import('./main.ts')
  }
}
