import manifest from '../../../package.json' with { type: 'json' }

/** The gateway's version. */
export const VERSION: string = manifest.version
