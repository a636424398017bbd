import {
  type Danaconnect,
  type StartDataInput,
  startDataSchema,
  type StartListInput,
  startListSchema,
} from '@sluice/danaconnect'
import { SluiceError } from '@sluice/errors'
import { z } from 'zod'
import { AliasedNumber, AliasName } from '../config-shapes.ts'
import type { DestinationPorts } from './destination.ts'

/**
 * A conversation gets a new number whenever it is activated anew, so a mapping may name it by an alias, which is looked up
 * when the delivery is sent: what waits then goes to the new one.
 */
type ByIdOrAlias<Input extends { readonly conversationID: number }> =
  | (Input & { readonly conversation?: never })
  | (Omit<Input, 'conversationID'> & { readonly conversation: string; readonly conversationID?: never })

const eitherOf = {
  conversationID: startListSchema.shape.conversationID.exactOptional(),
  conversation: AliasName.exactOptional(),
}

const isEither = (payload: { readonly conversationID?: number; readonly conversation?: string }): boolean =>
  (payload.conversationID === undefined) !== (payload.conversation === undefined)
const EITHER = { error: 'expected conversationID, or the alias of one as conversation' }

const startData = z.strictObject({ ...eitherOf, fields: startDataSchema.shape.fields })
const startList = z.strictObject(eitherOf)

/**
 * Checks the payload of `conversations.startData`: the compiler sees that it names one conversation, and what it does not see
 * is told with the path.
 */
export const startDataPayload = z
  .custom<ByIdOrAlias<StartDataInput>>()
  .transform((payload): z.input<typeof startData> => payload)
  .pipe(startData.refine(isEither, EITHER))

/** Checks the payload of `conversations.startList`. */
export const startListPayload = z
  .custom<ByIdOrAlias<StartListInput>>()
  .transform((payload): z.input<typeof startList> => payload)
  .pipe(startList.refine(isEither, EITHER))

/** An account, with what its conversations are called. */
export interface Account extends Danaconnect {
  /** @throws AliasError `CONVERSATION_ALIAS_UNKNOWN`; StoreError it cannot be looked up now. */
  conversationOf(alias: string): Promise<number>
}

/** An alias that stands for nothing: nothing was sent, and the delivery can be sent again when it is set. */
export class AliasError extends SluiceError<'CONVERSATION_ALIAS_UNKNOWN'> {
  override readonly name = 'AliasError'
  readonly stage = 'config'

  constructor(alias: string) {
    super({
      code: 'CONVERSATION_ALIAS_UNKNOWN',
      retry: 'never',
      message: `danaconnect: no conversation is set for the alias ${alias}`,
    })
  }
}

/** Looks aliases up: what an operator set goes before what the configuration says. */
export function conversationsBy(
  configured: Readonly<Record<string, number>>,
  readAlias: DestinationPorts['readAlias'],
): Account['conversationOf'] {
  return async (alias) => {
    const id = (await readAlias?.(alias)) ?? (Object.hasOwn(configured, alias) ? configured[alias] : undefined)
    if (id === undefined) throw new AliasError(alias)
    return id
  }
}

/** Lists what is wrong with the aliases of a configuration. */
export function aliasFaults(aliases: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(aliases).flatMap(([alias, id]) => [
    ...(AliasName.safeParse(alias).success
      ? []
      : [`aliases: ${JSON.stringify(alias)} is not 1 to 63 of a-z, 0-9 and -`]),
    ...(AliasedNumber.safeParse(id).success ? [] : [`aliases.${alias} must be the number of a conversation`]),
  ])
}

/** Starts the conversation that a payload names. Where an alias names it, the receipt says which one that was. */
export async function startNamed(
  { conversationOf }: Pick<Account, 'conversationOf'>,
  { conversationID, conversation }: { readonly conversationID?: number; readonly conversation?: string },
  start: (conversationID: number) => Promise<object>,
): Promise<object> {
  if (conversation === undefined) return start(conversationID ?? 0)
  const found = await conversationOf(conversation)
  return { ...(await start(found)), conversation, conversationID: found }
}
