/**
 * The vendor's hosts. The right one goes with the host of the web log-in: `app.easycontactnow.com` is Europe,
 * `app.contactnow.8x8.com` the United States, for which the vendor's pages print two forms.
 *
 * @see https://github.com/8x8-dxi/ContactNowAPI
 */
export const CONTACTNOW_BASE_URLS = {
  /** Europe and the rest of the world. */
  europe: 'https://api-106.dxi.eu/',
  /** As the vendor's support articles print it. */
  unitedStates: 'https://api.contactnow.8x8.com/',
  /** As the vendor's own repository prints it. */
  unitedStatesApi: 'https://api.contactnow.8x8.com/api/',
} as const
