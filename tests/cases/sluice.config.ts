import { bearer, contactnow, danaconnect, datatalks, defineConfig, route, source, z } from '@sluice/gateway'

/**
 * A customer as Shopify sends it, as far as it is used here.
 *
 * `id` is left out: it may be larger than a double can hold. `admin_graphql_api_id` names the same customer as text.
 * https://shopify.dev/docs/api/webhooks (topic `customers/create`)
 */
const ShopifyCustomer = z.object({
  admin_graphql_api_id: z.string(),
  email: z.email(),
  first_name: z.string(),
  last_name: z.string(),
  phone: z.string().nullable(),
  tags: z.string(),
})

const TypeformAnswer = z.object({
  type: z.string(),
  field: z.object({ ref: z.string() }),
  text: z.string().optional(),
  email: z.email().optional(),
  phone_number: z.string().optional(),
  choices: z.object({ labels: z.array(z.string()) }).optional(),
})

/** A response to a form, as the answers that the form's own `ref`s name. https://www.typeform.com/developers/webhooks/example-payload/ */
const TypeformResponse = z
  .object({
    event_id: z.string(),
    event_type: z.literal('form_response'),
    form_response: z.object({
      form_id: z.string(),
      submitted_at: z.iso.datetime(),
      hidden: z.object({ user_id: z.string() }),
      answers: z.array(TypeformAnswer),
    }),
  })
  .transform(({ form_response: { form_id: formId, submitted_at: submittedAt, hidden, answers } }) => {
    const answer = (ref: string) => answers.find(({ field }) => field.ref === ref)
    return {
      formId,
      submittedAt,
      userId: hidden.user_id,
      firstName: answer('readable_ref_short_text')?.text ?? '',
      email: answer('readable_ref_email')?.email ?? '',
      phone: answer('readable_ref_phone_number')?.phone_number ?? '',
      cities: answer('readable_ref_picture_choice')?.choices?.labels ?? [],
    }
  })

/** One change of one property. https://developers.hubspot.com/docs/api/webhooks */
const HubspotChange = z.object({
  objectId: z.int(),
  propertyName: z.string(),
  propertyValue: z.string(),
  occurredAt: z.int(),
  subscriptionType: z.literal('contact.propertyChange'),
})

/** HubSpot sends the changes of a moment together, one property each: here they are gathered to the contact they belong to. */
const HubspotContact = z
  .array(HubspotChange)
  .min(1)
  .refine(
    (changes) => new Set(changes.map(({ objectId }) => objectId)).size === 1,
    'expected the changes of one contact',
  )
  .transform((changes) => ({
    contactId: changes[0]?.objectId ?? 0,
    properties: Object.fromEntries(changes.map(({ propertyName, propertyValue }) => [propertyName, propertyValue])),
  }))

/** What a newsletter form posts: `conversation` is meant to be a number, and nobody checked it. */
const NewsletterReader = z.object({ email: z.email(), phone: z.string(), conversation: z.string() })

/** An order as WooCommerce sends it, as far as it is used here. https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks (topic `order.created`) */
const WoocommerceOrder = z.object({
  number: z.string(),
  status: z.string(),
  date_created_gmt: z.string(),
  billing: z.object({ first_name: z.string(), last_name: z.string(), email: z.email(), phone: z.string() }),
  line_items: z.array(z.object({ name: z.string(), quantity: z.int(), total: z.string() })),
})

/**
 * Sources of senders as their documentation shows them, each leading to all three upstreams. The senders' own signature
 * schemes are not part of the gateway yet, so a bearer token stands in for each.
 */
export default defineConfig((settings) => {
  const scheme = bearer(settings.secret('SLUICE_INGEST_TOKEN'))
  const conversationID = Number(settings.text('DANACONNECT_CONVERSATION_ID'))
  const dataset = settings.text('CONTACTNOW_DATASET')
  const groupKey = settings.text('DATATALKS_GROUP_KEY')

  const sources = {
    shopify: source({ scheme, schema: ShopifyCustomer }),
    typeform: source({ scheme, schema: TypeformResponse }),
    hubspot: source({ scheme, schema: HubspotContact }),
    newsletter: source({ scheme, schema: NewsletterReader }),
    woocommerce: source({ scheme, schema: WoocommerceOrder }),
  }
  const destinations = {
    danaconnect: danaconnect({
      user: settings.text('DANACONNECT_USER'),
      company: settings.text('DANACONNECT_COMPANY'),
      password: settings.secret('DANACONNECT_PASSWORD'),
      appservUrl: settings.text('DANACONNECT_APPSERV_URL'),
    }),
    contactnow: contactnow({
      username: settings.text('CONTACTNOW_USERNAME'),
      password: settings.secret('CONTACTNOW_PASSWORD'),
      baseUrl: settings.text('CONTACTNOW_URL'),
    }),
    datatalks: datatalks({
      accessKeyId: settings.text('DATATALKS_ACCESS_KEY_ID'),
      secretAccessKey: settings.secret('DATATALKS_SECRET_ACCESS_KEY'),
      baseUrl: settings.text('DATATALKS_URL'),
    }),
  }
  const { danaconnect: start, contactnow: dial, datatalks: profile } = destinations

  const shopifyRoutes = [
    route(sources.shopify, start, 'conversations.startData', {
      map: ({ first_name, last_name, email, phone }) => ({
        conversationID,
        fields: { NAME: first_name, SURNAME: last_name, EMAIL: email, ...(phone === null ? {} : { PHONE: phone }) },
      }),
    }),
    route(sources.shopify, dial, 'records.create', {
      when: ({ phone }) => phone !== null,
      map: ({ first_name, last_name, email, phone }) => ({
        dataset,
        firstname: first_name,
        lastname: last_name,
        MobilePhone: phone ?? '',
        Customer_Email: email,
      }),
    }),
    route(sources.shopify, profile, 'contacts.upsert', {
      map: ({ admin_graphql_api_id, first_name, last_name, email, phone, tags }) => ({
        data: {
          email,
          name: `${first_name} ${last_name}`,
          ...(phone === null ? {} : { phone }),
          shopify_id: admin_graphql_api_id,
          tags: tags === '' ? [] : tags.split(', '),
        },
        group_key: groupKey,
      }),
    }),
  ]

  const typeformRoutes = [
    route(sources.typeform, start, 'conversations.startData', {
      map: ({ firstName, email, phone }) => ({
        conversationID,
        fields: { NAME: firstName, EMAIL: email, PHONE: phone },
      }),
    }),
    route(sources.typeform, dial, 'records.create', {
      map: ({ firstName, email, phone }) => ({
        dataset,
        firstname: firstName,
        MobilePhone: phone,
        Customer_Email: email,
      }),
    }),
    route(sources.typeform, profile, 'contacts.upsert', {
      map: ({ firstName, email, phone, userId, cities }) => ({
        data: { email, name: firstName, phone, user_id: userId, cities },
        group_key: groupKey,
      }),
    }),
  ]

  const hubspotRoutes = [
    route(sources.hubspot, start, 'conversations.startData', {
      map: ({ properties: { firstname = '', lastname = '', email = '', phone = '' } }) => ({
        conversationID,
        fields: { NAME: firstname, SURNAME: lastname, EMAIL: email, PHONE: phone },
      }),
    }),
    route(sources.hubspot, dial, 'records.create', {
      map: ({ properties: { firstname = '', lastname = '', email = '', phone = '' } }) => ({
        dataset,
        firstname,
        lastname,
        MobilePhone: phone,
        Customer_Email: email,
      }),
    }),
    route(sources.hubspot, profile, 'contacts.upsert', {
      map: ({ contactId, properties }) => ({ data: { hubspot_id: contactId, ...properties }, group_key: groupKey }),
    }),
  ]

  const newsletterRoutes = [
    route(sources.newsletter, start, 'conversations.startData', {
      map: ({ email, conversation }) => ({ conversationID: Number(conversation), fields: { EMAIL: email } }),
    }),
    route(sources.newsletter, dial, 'records.create', {
      map: ({ email, phone }) => ({ dataset, HomePhone: phone, Customer_Email: email }),
    }),
    route(sources.newsletter, profile, 'contacts.upsert', {
      map: ({ email, phone }) => ({ data: { email, phone }, group_key: groupKey }),
    }),
  ]

  // Expressions in place of functions, as a configuration holds them that is kept as data.
  const woocommerceRoutes = [
    route(sources.woocommerce, start, 'conversations.startData', {
      when: 'status = "processing"',
      map: `{
        "conversationID": ${conversationID},
        "fields": { "NAME": billing.first_name, "EMAIL": billing.email, "ORDER": "#" & number }
      }`,
    }),
    route(sources.woocommerce, dial, 'records.create', {
      when: 'billing.phone != "" and $sum(line_items.$number(total)) >= 100',
      map: `billing.{
        "dataset": ${JSON.stringify(dataset)},
        "firstname": first_name,
        "lastname": last_name,
        "MobilePhone": $replace(phone, " ", ""),
        "Customer_Email": $lowercase(email)
      }`,
    }),
    route(sources.woocommerce, profile, 'contacts.upsert', {
      map: `{
        "data": {
          "email": $lowercase(billing.email),
          "name": $join([billing.first_name, billing.last_name], " "),
          "last_order": $substringBefore(date_created_gmt, "T"),
          "last_order_total": $round($sum(line_items.$number(total)), 2),
          "last_order_items": $sum(line_items.quantity),
          "products": $sort($distinct([line_items.name]))
        },
        "group_key": ${JSON.stringify(groupKey)}
      }`,
    }),
  ]

  return {
    sources,
    destinations,
    routes: [...shopifyRoutes, ...typeformRoutes, ...hubspotRoutes, ...newsletterRoutes, ...woocommerceRoutes],
    keys: [{ name: 'admin', token: settings.secret('SLUICE_ADMIN_TOKEN'), scopes: ['read', 'operate'] }],
  }
})
