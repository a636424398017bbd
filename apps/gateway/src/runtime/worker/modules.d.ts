/** The configuration file that the build puts in: `sluice.config.ts` at the root, or another one. */
declare module 'sluice:config' {
  import type { ConfigFile } from '../../config.ts'

  const configFile: ConfigFile
  export default configFile
}
