/** What the document of the API says besides its routes. */
export const INFO = {
  title: 'Sluice',
  description: `An edge gateway for contact data: receives events, stores each durably, delivers it.

**Problems.** Whatever is refused is answered with problem details (RFC 9457) as \`application/problem+json\`. Switch on
\`code\`, which is stable; each operation lists those that it can answer with. A path that there is not is 404
\`NOT_FOUND\`, a method that a path does not take is 405 \`METHOD_NOT_ALLOWED\` with \`Allow\`.

**Methods.** \`HEAD\` is answered wherever \`GET\` is, without the body. \`OPTIONS\` is a method that no path takes. Only
the preflight of a page whose origin this gateway's configuration names (\`cors\`) is answered, with 204, and only below
\`/v1\`; a page of any other origin reads nothing here.

**Keys.** \`Authorization: Bearer\` with a key of the API. An operation names the scope that it asks for; a key with
\`operate\` may do all that the others may. Every answer to a request with a key says what is left of its rate, in
\`RateLimit-Policy\` (\`"key";q=<requests>;w=60\`) and \`RateLimit\` (\`"key";r=<requests>;t=<seconds>\`); above it is 429
with \`Retry-After\`. A source has a secret of its own, by the scheme that it is configured with, or asks for a key with the
scope \`ingest\`.

**Lists.** The newest first, in pages. \`nextCursor\` leads to the next page and is null on the last.`,
  contact: { name: 'Whoever runs this gateway' },
  license: { name: 'MIT', identifier: 'MIT' },
}

/** The groups of operations, in the order in which a newcomer needs them. */
export const TAGS = [
  { name: 'Webhooks', description: 'Where senders post events.' },
  { name: 'Events', description: 'What was received: immutable, with the deliveries that it led to.' },
  { name: 'Deliveries', description: 'One event for one operation of one destination, with every attempt at it.' },
  { name: 'Jobs', description: 'One decision about many deliveries, carried out step by step.' },
  { name: 'Destinations', description: 'The configured accounts upstream, and the gate of each.' },
  { name: 'Keys', description: 'Who may call this API, and post to sources that ask for a key.' },
  { name: 'ContactNow', description: 'Calls of 8x8 ContactNow, made now through its gate, or stored first.' },
  { name: 'DANAConnect', description: 'Calls of DANAConnect, made now through its gate, or stored first.' },
  { name: 'Datatalks', description: 'Calls of Datatalks, made now through its gate, or stored first.' },
  { name: 'Preview', description: 'What would be sent where, without sending it.' },
  { name: 'Callbacks', description: 'Where upstreams tell how work ended that they took earlier.' },
  { name: 'Health', description: 'Whether the process lives, and whether it takes events.' },
  { name: 'Pages', description: 'What a person opens in a browser, and this document.' },
]

/** What every answer has. */
export const HEADERS = {
  'X-Request-Id': {
    description: 'The id of the request: the one that came with it, or ours. The log names the request by it.',
    schema: { type: 'string' },
    example: 'req_00f067aa0ba902b7',
  },
  traceresponse: {
    description: 'The trace of the request: the one that came in `traceparent`, or a new one. W3C Trace Context.',
    schema: { type: 'string' },
    example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  },
} as const

/** What every answer to a key has that is known. */
export const KEY_HEADERS = {
  'RateLimit-Policy': {
    description: 'How many requests the key has in how many seconds.',
    schema: { type: 'string' },
    example: '"key";q=6000;w=60',
  },
  RateLimit: {
    description: 'How many of them are left, and in how many seconds there are more.',
    schema: { type: 'string' },
    example: '"key";r=5999;t=60',
  },
} as const

/** What a repeat is answered with whose first request was answered. */
export const REPEAT_HEADERS = {
  'Idempotency-Replayed': {
    description: 'Only of a repeat: `true`, this is the answer to the first request with its `Idempotency-Key`.',
    schema: { type: 'string' },
    example: 'true',
  },
} as const

/** What is said of an answer that comes in the format that was asked for. */
export const FORMAT_HEADERS = {
  Vary: {
    description:
      '`Accept`: it chooses between JSON and XML. Who accepts `text/xml` rather than `application/xml` gets it as that.',
    schema: { type: 'string' },
    example: 'Accept',
  },
} as const

export const SECURITY_SCHEMES = {
  key: {
    type: 'http',
    scheme: 'bearer',
    description: 'A key of the API, with the scope that the operation names: `ingest`, `read` or `operate`.',
  },
  sourceKey: {
    type: 'apiKey',
    in: 'header',
    name: 'x-api-key',
    description:
      'A key of this gateway with the scope `ingest`, for a source that asks for one; or as `Authorization: Bearer`.',
  },
  sourceBearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of a source that is verified by bearer.',
  },
  sourceSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'webhook-signature',
    description:
      'Standard Webhooks: `v1,` and the base64 HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}`, with those two headers.',
  },
} as const
