// By its name, so that no more of the file comes along.
import { version } from '../../../package.json' with { type: 'json' }

/** The gateway's version. */
export const VERSION: string = version
