/** Where the gateway of a world is; callbacks to it arrive. */
export const GATEWAY_URL = 'https://gateway.test'
/** Where the upstreams of a world are; nothing listens there. */
export const UPSTREAMS_URL = 'http://127.0.0.1:9'
