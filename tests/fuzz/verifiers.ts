import { formatBasicAuth, parseBasicAuth, verifyBasicAuth } from '@sluice/basic-auth'
import { formatBearer, parseBearer, verifyBearer, verifyHeaderToken } from '@sluice/token-auth'

import { signatureTargets } from './signatures.ts'
import { sourceTargets } from './sources.ts'
import { type Target, textOf } from './target.ts'

const LOGIN = { user: 'someone@example', password: 'päss:word' }
const TOKEN = 'a-token.of_36~characters+and/more=='

const BASIC_CORPUS = [
  'Basic c29tZW9uZUBleGFtcGxlOnDDpHNzOndvcmQ=',
  'basic  QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
  'Basic dGVzdDoxMjPCow==',
  'Basic Og==',
  'Bearer x',
]
const BASIC_TOKENS = ['Basic ', 'basic', ' ', '=', '==', ':', 'Og==', 'AA==', '////', '-_', '\u0000', '\t', 'å', ',']

const BEARER_CORPUS = [`Bearer ${TOKEN}`, 'bearer  mF_9.B5f-4.1JqM', 'Basic Og==', TOKEN]
const BEARER_TOKENS = ['Bearer ', 'bearer', ' ', '=', '~', '+', '/', ',', '"', '\u0000', '\t', 'å', '\u212a', '\n']

export const verifiers: readonly Target[] = [
  {
    name: 'parseBasicAuth',
    corpus: BASIC_CORPUS,
    tokens: BASIC_TOKENS,
    run: (input) => parseBasicAuth(textOf(input)),
    judge(input, verdict) {
      if (!verdict.accepted) return null
      const [, written] = formatBasicAuth(parseBasicAuth(textOf(input))).split(' ')
      return textOf(input).endsWith(` ${written}`) ? null : 'reads two headers as one login'
    },
  },
  {
    name: 'verifyBasicAuth',
    corpus: BASIC_CORPUS,
    tokens: BASIC_TOKENS,
    run: (input) => verifyBasicAuth(textOf(input), LOGIN),
    judge(input, verdict) {
      if (!verdict.accepted) return null
      const decoded = Buffer.from(textOf(input).replace(/^\w+ +/, ''), 'base64').toString()
      return decoded === `${LOGIN.user}:${LOGIN.password}` ? null : 'accepts another login'
    },
  },
  {
    name: 'parseBearer',
    corpus: BEARER_CORPUS,
    tokens: BEARER_TOKENS,
    run: (input) => parseBearer(textOf(input)),
    judge(input, verdict) {
      if (!verdict.accepted) return null
      const written = formatBearer(parseBearer(textOf(input)))
      return written === `Bearer ${textOf(input).slice(6).trimStart()}` ? null : 'reads another token'
    },
  },
  {
    name: 'verifyBearer',
    corpus: BEARER_CORPUS,
    tokens: BEARER_TOKENS,
    run: (input) => verifyBearer(textOf(input), ['another-token', TOKEN]),
    judge: (input, verdict) =>
      verdict.accepted && textOf(input).slice(6).trimStart() !== TOKEN ? 'accepts another token' : null,
  },
  {
    name: 'verifyHeaderToken',
    corpus: BEARER_CORPUS,
    tokens: BEARER_TOKENS,
    run: (input) => verifyHeaderToken(textOf(input), ['', 'another-token', TOKEN]),
    judge: (input, verdict) => (verdict.accepted && textOf(input) !== TOKEN ? 'accepts another token' : null),
  },
  ...(await signatureTargets()),
  ...(await sourceTargets()),
]
