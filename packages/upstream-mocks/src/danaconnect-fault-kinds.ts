import { AFTER, BEFORE, type FaultKind, type FaultRest, only } from './fault-kind.ts'
import { CALLBACK } from './operations.ts'

const isStart = (operation: string): boolean => operation.includes('start-')
const isStartOfData = (operation: string): boolean => isStart(operation) && !operation.endsWith('-list')
const isRetrieval = (operation: string): boolean => operation === 'data' || operation === 'v2-data'
const isLogin = (operation: string): boolean =>
  operation !== 'token' && operation !== CALLBACK && !operation.startsWith('v2-')
const is =
  (name: string) =>
  (operation: string): boolean =>
    operation === name

const mine = (does: string, rest: FaultRest = {}): FaultKind => only('danaconnect', does, rest)
const onCallback = (does: string, rest: FaultRest = {}): FaultKind =>
  mine(does, { ...AFTER, fits: is(CALLBACK), ...rest })

/** The faults that only DANAConnect can have. */
export const DANACONNECT_FAULTS = {
  'wrong-credentials': mine('answers 401 as to a wrong password', { ...BEFORE, fits: isLogin }),
  'permission-missing': mine('answers as to a valid user without the API permission', { ...BEFORE, fits: isLogin }),
  'password-changed': mine('changes the password of every user, until a reset, and answers 401', {
    ...AFTER,
    fits: isLogin,
  }),
  'unknown-client': mine('answers 401 invalid_client', { ...BEFORE, fits: is('token') }),
  'scope-missing': mine('answers as to a token without the scope', {
    ...BEFORE,
    fits: (operation) => operation.startsWith('v2-'),
  }),
  'no-expires-in': mine('gives out a token without expires_in', { ...AFTER, fits: is('token') }),
  'bad-argument-json': mine('answers 400 with a body of JSON', BEFORE),
  'bad-argument-html': mine('answers 400 with a page of HTML', BEFORE),
  'bad-argument-xml': mine('answers 400 with a body of XML', BEFORE),
  'bad-argument-empty': mine('answers 400 without a body', BEFORE),
  'ws-error-200': mine('answers 200 with wsError in place of a result'),
  'no-status-200': mine('does the work, then answers a JSON object without the member that says success', AFTER),
  'warnings-200': mine('does the work, then adds unknown members to the reply of a bulk load', {
    ...AFTER,
    fits: is('bulk-load'),
  }),
  'old-conversation-id': mine('answers as to a conversationID of an earlier activation', { ...BEFORE, fits: isStart }),
  'inactive-flow': mine('answers as to a flow that is not active', { ...BEFORE, fits: isStart }),
  'required-field-missing': mine('answers as to a record without a required field', {
    ...BEFORE,
    fits: isStartOfData,
  }),
  'unknown-field': mine('answers as to a record with an unknown field code', { ...BEFORE, fits: isStartOfData }),
  'value-too-long': mine('answers as to a value that is too long', { ...BEFORE, fits: isStartOfData }),
  'file-expired': mine('answers as to a fileID older than 7 days', { ...BEFORE, fits: isStartOfData }),
  'record-without-data': mine('answers 200 with a record that holds no fields', { ...BEFORE, fits: isRetrieval }),
  'other-case-200': mine('answers 200 with the field names in lower case', { ...AFTER, fits: isRetrieval }),
  'expired-link-200': mine('answers 200 with the wsError of an expired dana code', { ...BEFORE, fits: isRetrieval }),
  'callback-never': onCallback('processes the load and calls nobody back'),
  'callback-late': onCallback('calls back after delayMs', { delayMs: 7_200_000 }),
  'callback-twice': onCallback('calls back twice with the same notice'),
  'callback-out-of-order': onCallback('holds the callback until that of the next load was sent'),
  'callback-before-reply': onCallback('processes the load and calls back before it answers the load'),
  'callback-forged-path': onCallback('a third party guesses the address: a notice goes to a wrong path first'),
  'callback-forged-ids': onCallback('a third party knows the address: a notice with foreign ids comes first'),
  'callback-unknown-result': onCallback('calls back with a result that is not documented'),
  'callback-low-count': onCallback('calls back with one line less than was loaded'),
  'callback-no-moved-file': onCallback('calls back without movedFile'),
  'callback-extra-keys': onCallback('calls back with unknown members'),
  'callback-numbers-as-text': onCallback('calls back with its numbers as text'),
  'callback-retried': onCallback('sends the callback again, up to 3 times in all, until it is answered 2xx'),
  'rows-rejected': onCallback('rejects the last row of the load, so that it is not in the list and not counted'),
} as const satisfies Readonly<Record<string, FaultKind>>
