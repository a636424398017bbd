/** The vendor's script behind each `method`. */
export const SCRIPTS = {
  ecnow_datasets: 'ecnow.php',
  ecnow_records: 'ecnow.php',
  campaign_tables: 'ecnow.php',
  campaign_fields: 'ecnow.php',
  ecnow_data: 'database.php',
  dnc: 'database.php',
} as const

/** A `method` of the vendor's API: the kind of rows that a call is about. */
export type Method = keyof typeof SCRIPTS
