import { signSigV4 } from '@sluice/sigv4'
import { canonicalRequest, signature, stringToSign, verifySigV4 } from '@sluice/sigv4/verify'
import { codeOf, equal, utf8 } from './check.ts'
import { HASHES, WAYS } from './signing-ways.ts'
import type { SigningVector } from './suite.ts'

/** The key pair, scope and time of every published vector. The pair opens nothing. */
const ACCESS_KEY_ID = 'AKIDEXAMPLE'
const SECRET = ['wJalrXUtnFEMI/K7MDENG', 'bPxRfiCYEXAMPLEKEY'].join('+')
const SCOPE = { region: 'us-east-1', service: 'service' }
const NOW_MS = Date.UTC(2015, 7, 30, 12, 36)

/** Vectors that a `Request` cannot carry, by the end of their name; they have to arrive as something that is refused. */
const NOT_CARRIED: ReadonlyMap<string, string> = new Map([
  ['get-header-key-duplicate', 'Headers joins repeated lines with ", ", and the vector with ","'],
  ['get-header-value-order', 'Headers joins repeated lines with ", ", and the vector with ","'],
  ['get-utf8', 'the path is raw; on the wire it is encoded, and what is encoded is encoded once more'],
  ['get-space', 'the path is raw; on the wire it is encoded, and what is encoded is encoded once more'],
])

/** The content type is not among what the signer signs, because transports rewrite it. */
const CONTENT_TYPE_SIGNED: ReadonlySet<string> = new Set([
  'post-x-www-form-urlencoded',
  'post-x-www-form-urlencoded-parameters',
])

/** One set reads a folded header as a list; the other, and HTTP, as one value with blanks. Nobody satisfies both. */
const OTHER_READING = 'aws4/get-header-value-multiline'

/** Tells whether the vector's own reading can be held to. */
export function isReadable({ name }: SigningVector): boolean {
  return name !== OTHER_READING
}

/** Says why a vector is not checked to its end; undefined when it is. */
export function whyNotWhole({ name }: SigningVector): string | undefined {
  if (name === OTHER_READING) return 'left out: it reads a folded header as a list, and the other set as one value'
  const last = name.split('/').at(-1) ?? ''
  const reason = NOT_CARRIED.get(last)
  if (reason !== undefined) return `steps only: ${reason}`
  return CONTENT_TYPE_SIGNED.has(last) ? 'not signed alike: the signer leaves the content type out' : undefined
}

/**
 * Checks each step of a published vector, then that it is verified, then that it is signed alike, where a `Request` can
 * carry it.
 *
 * @throws Error a difference.
 */
export async function checkPublishedVector(vector: SigningVector): Promise<void> {
  const request = parse(vector)
  await checkSteps(vector, request)
  const received = await codeOf(() => verify(vector, request))
  const name = vector.name.split('/').at(-1) ?? ''
  equal(received, NOT_CARRIED.has(name) ? 'AUTH_REJECTED' : 'accepted')
  if (!NOT_CARRIED.has(name) && !CONTENT_TYPE_SIGNED.has(name)) await checkSigned(vector, request)
}

interface VectorRequest {
  readonly method: string
  readonly target: string
  /** Without the session token, which one vector's request lacks. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly token: string | undefined
  readonly body: string
}

function parse({ req, creq }: SigningVector): VectorRequest {
  const [head = '', body = ''] = req.trimEnd().split('\n\n')
  const [requestLine = '', ...lines] = head.replaceAll(/\n\s+/g, ' ').split('\n')
  const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(requestLine) ?? []
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1)] as const
  })
  const token = /^x-amz-security-token:(.*)$/m.exec(creq)?.[1]
  return { method, target, headers: headers.filter(([name]) => name !== 'X-Amz-Security-Token'), token, body }
}

async function checkSteps(vector: SigningVector, request: VectorRequest): Promise<void> {
  const signedHeaders = (/SignedHeaders=([^,]*)/.exec(vector.authz)?.[1] ?? '').split(';')
  const [path = '', query = ''] = request.target.split('?')
  const token = request.token === undefined ? [] : [['x-amz-security-token', request.token] as const]
  const headers = [...request.headers, ...token]
  const bodyHash = await HASHES.sha256Hex(request.body)
  const creq = canonicalRequest({ method: request.method, path, query, headers, signedHeaders, bodyHash })
  equal(creq, vector.creq)
  const scope = `20150830/${SCOPE.region}/${SCOPE.service}/aws4_request`
  const sts = await stringToSign({ signedAt: '20150830T123600Z', scope, canonicalRequest: creq })
  equal(sts, vector.sts)
  const hex = await signature({ ...SCOPE, secretAccessKey: SECRET, date: '20150830', stringToSign: sts })
  equal(hex, /Signature=(\w+)/.exec(vector.authz)?.[1])
}

async function verify(
  vector: SigningVector,
  { method, target, headers, token, body }: VectorRequest,
): Promise<unknown> {
  const request = new Request(`https://example.amazonaws.com${target}`, {
    method,
    headers: new Headers([
      ...headers.map(([name, value]): [string, string] => [name, value]),
      ['authorization', vector.authz],
    ]),
    ...(body === '' ? {} : { body: utf8(body).slice() }),
  })
  if (token !== undefined) request.headers.set('x-amz-security-token', token)
  const key = { secretAccessKey: SECRET, ...(token === undefined ? {} : { sessionToken: token }) }
  return verifySigV4(request, utf8(body), () => key, { ...SCOPE, nowMs: NOW_MS })
}

async function checkSigned(
  vector: SigningVector,
  { method, target, headers, token, body }: VectorRequest,
): Promise<void> {
  for (const way of WAYS) {
    const signed = await signSigV4(
      {
        method,
        url: `https://example.amazonaws.com${target}`,
        headers: Object.fromEntries(headers.filter(([name]) => name !== 'X-Amz-Date')),
        body,
      },
      { accessKeyId: ACCESS_KEY_ID, secretAccessKey: SECRET, ...(token === undefined ? {} : { sessionToken: token }) },
      { ...SCOPE, ...way, nowMs: NOW_MS },
    )
    equal(signed.headers['authorization'], vector.authz)
  }
}
