import { describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalRequest } from './verify/canonical-request.ts'
import { bodyHashOf, webCryptoHashes } from './hash-functions.ts'
import { signSigV4 } from './sign.ts'
import { signature } from './verify/signature.ts'
import { stringToSign } from './verify/string-to-sign.ts'
import { type VerifiedSigner, verifySigV4 } from './verify/verify.ts'

/**
 * The public vector suites, where SIGV4_VECTORS names a folder that holds them: `botocore` (tests/unit/auth/aws4_testsuite
 * of boto/botocore) and `aws4` (test/aws-sig-v4-test-suite of mhart/aws4), one folder of five files per vector.
 */
const ROOT = process.env.SIGV4_VECTORS

const ACCESS_KEY_ID = 'AKIDEXAMPLE'
const SECRET = ['wJalrXUtnFEMI/K7MDENG', 'bPxRfiCYEXAMPLEKEY'].join('+')
const SCOPE = { region: 'us-east-1', service: 'service' }
const NOW_MS = Date.UTC(2015, 7, 30, 12, 36)

/** Vectors that no `Request` can carry to the verifier, by the end of their name. */
const NOT_CARRIED: Record<string, string> = {
  'get-header-key-duplicate': 'Headers joins repeated lines with ", ", and the vector with ","',
  'get-header-value-order': 'Headers joins repeated lines with ", ", and the vector with ","',
  'get-utf8': 'the path is raw; on the wire it is encoded, and what is encoded is encoded once more',
  'get-space': 'the path is raw; on the wire it is encoded, and what is encoded is encoded once more',
}

/** Vectors that the signer signs otherwise, and rightly. */
const NOT_SIGNED_ALIKE: Record<string, string> = {
  ...NOT_CARRIED,
  'post-x-www-form-urlencoded': 'the content type is not signed',
  'post-x-www-form-urlencoded-parameters': 'the content type is not signed',
}

/** `aws4` reads a folded header as a list, `botocore` as one value with blanks, which is what HTTP makes of a fold. */
const OTHER_READING = 'aws4/get-header-value-multiline'

interface Vector {
  readonly name: string
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  readonly token: string | undefined
  readonly expected: { readonly creq: string; readonly sts: string; readonly authz: string }
}

function vectorsIn(root: string): Vector[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('.req'))
    .toSorted()
    .map((file) => readVector(root, file.slice(0, -4)))
}

function readVector(root: string, stem: string): Vector {
  const read = (ending: string): string => readFileSync(join(root, `${stem}.${ending}`), 'utf8')
  const [head = '', body = ''] = read('req').trimEnd().split('\n\n')
  const [requestLine = '', ...lines] = head.replaceAll(/\n\s+/g, ' ').split('\n')
  const [method = '', ...target] = requestLine.split(' ')
  const headers = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)] as const)
  const expected = { creq: read('creq'), sts: read('sts'), authz: read('authz') }
  return {
    name: stem.split('/').slice(0, -1).join('/'),
    method,
    target: target.slice(0, -1).join(' '),
    headers: headers.filter(([name]) => name !== 'X-Amz-Security-Token'),
    body,
    // The request of one vector lacks the token that its canonical request holds.
    token: /x-amz-security-token:(.*)/.exec(expected.creq)?.[1],
    expected,
  }
}

function isListed(list: Record<string, string>, vector: Vector): boolean {
  return (vector.name.split('/').at(-1) ?? '') in list
}

async function stepsOf(vector: Vector): Promise<Vector['expected']> {
  const token = vector.token === undefined ? [] : [['x-amz-security-token', vector.token] as const]
  const signedHeaders = (/SignedHeaders=([^,]*)/.exec(vector.expected.authz)?.[1] ?? '').split(';')
  const [path = '', query = ''] = vector.target.split('?')
  const creq = canonicalRequest({
    method: vector.method,
    path,
    query,
    headers: [...vector.headers, ...token],
    signedHeaders,
    bodyHash: await bodyHashOf(vector.body, webCryptoHashes),
  })
  const scope = '20150830/us-east-1/service/aws4_request'
  const sts = await stringToSign({ signedAt: '20150830T123600Z', scope, canonicalRequest: creq })
  const hex = await signature({ ...SCOPE, secretAccessKey: SECRET, date: '20150830', stringToSign: sts })
  const fields = [
    `Credential=${ACCESS_KEY_ID}/${scope}`,
    `SignedHeaders=${signedHeaders.join(';')}`,
    `Signature=${hex}`,
  ]
  return { creq, sts, authz: `AWS4-HMAC-SHA256 ${fields.join(', ')}` }
}

function receivedFrom(vector: Vector): Request {
  const headers = new Headers({ authorization: vector.expected.authz })
  for (const [name, value] of vector.headers) headers.append(name, value)
  if (vector.token !== undefined) headers.set('x-amz-security-token', vector.token)
  const body = vector.body === '' ? {} : { body: vector.body }
  return new Request(`https://example.amazonaws.com${vector.target}`, { method: vector.method, headers, ...body })
}

function verifyVector(vector: Vector): Promise<VerifiedSigner> {
  const key = { secretAccessKey: SECRET, ...(vector.token === undefined ? {} : { sessionToken: vector.token }) }
  const bytes = new TextEncoder().encode(vector.body)
  return verifySigV4(receivedFrom(vector), bytes, () => key, { ...SCOPE, nowMs: NOW_MS })
}

for (const suite of ROOT === undefined ? [] : ['botocore', 'aws4']) {
  const all = vectorsIn(join(ROOT ?? '', suite))
  const vectors = all.filter(({ name }) => `${suite}/${name}` !== OTHER_READING)

  describe(`the ${suite} vectors`, () => {
    test('are all there', () => {
      expect(all).toHaveLength(suite === 'botocore' ? 34 : 31)
    })

    test.each(vectors.map((vector) => [vector.name, vector]))('gives each step of %s', async (_name, vector) => {
      expect(await stepsOf(vector)).toEqual(vector.expected)
    })

    test.each(vectors.filter((vector) => !isListed(NOT_CARRIED, vector)).map((vector) => [vector.name, vector]))(
      'verifies %s',
      async (_name, vector) => {
        const verified = await verifyVector(vector)
        expect(verified.accessKeyId).toBe(ACCESS_KEY_ID)
      },
    )

    test.each(vectors.filter((vector) => isListed(NOT_CARRIED, vector)).map((vector) => [vector.name, vector]))(
      'cannot verify %s, which arrives as another request',
      async (_name, vector) => {
        const error = await verifyVector(vector).catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code: 'AUTH_REJECTED', errorType: 'InvalidSignatureException' })
      },
    )

    test.each(vectors.filter((vector) => !isListed(NOT_SIGNED_ALIKE, vector)).map((vector) => [vector.name, vector]))(
      'signs %s',
      async (_name, vector) => {
        const { method, target, body, token } = vector
        const headers = Object.fromEntries(vector.headers.filter(([name]) => name !== 'X-Amz-Date'))
        const credentials = { accessKeyId: ACCESS_KEY_ID, secretAccessKey: SECRET }
        // By aws4fetch, and by our own steps.
        for (const way of [{}, { hashes: webCryptoHashes }]) {
          const signed = await signSigV4(
            { method, url: `https://example.amazonaws.com${target}`, headers, body },
            token === undefined ? credentials : { ...credentials, sessionToken: token },
            { ...SCOPE, ...way, nowMs: NOW_MS },
          )
          expect(signed.headers.authorization).toBe(vector.expected.authz)
        }
      },
    )
  })
}
