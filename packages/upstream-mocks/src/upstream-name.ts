/** The upstreams that are mocked here; each answers below `/{name}/`. */
export const UPSTREAM_NAMES = ['danaconnect', 'contactnow', 'datatalks'] as const

/** One of {@link UPSTREAM_NAMES}. */
export type UpstreamName = (typeof UPSTREAM_NAMES)[number]
