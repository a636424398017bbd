import { CONTACTNOW_CALLS } from '../../destinations/contactnow-calls.ts'
import { DANACONNECT_CALLS } from '../../destinations/danaconnect-calls.ts'
import { DATATALKS_CALLS } from '../../destinations/datatalks-calls.ts'
import { routesOf } from './declare.ts'

const contactnow = routesOf('contactnow', 'ContactNow', CONTACTNOW_CALLS)
const danaconnect = routesOf('danaconnect', 'DANAConnect', DANACONNECT_CALLS)
const datatalks = routesOf('datatalks', 'Datatalks', DATATALKS_CALLS)

const DATASETS = '/v1/contactnow/datasets'
const DATASET = '/v1/contactnow/datasets/{dataset}'
const CONVERSATION = '/v1/danaconnect/conversations/{conversation}'
const DANA = '/v1/danaconnect/records/{dana}'

/** Every operation of the upstreams' clients, and its route. */
export const ROUTES = [
  contactnow.get('datasets.read', DATASETS, 'listDatasets', 'List datasets'),
  contactnow.write('post', 'datasets.create', DATASETS, 201, 'createDataset', 'Create a dataset'),
  contactnow.write('patch', 'datasets.update', DATASET, 200, 'updateDataset', 'Change a dataset'),
  contactnow.get('records.read', `${DATASET}/records`, 'listRecords', 'List the live records of a dataset'),
  contactnow.write('post', 'records.create', `${DATASET}/records`, 201, 'createRecord', 'Add a live record'),
  contactnow.write(
    'patch',
    'records.update',
    `${DATASET}/records/{record}`,
    200,
    'updateRecord',
    'Change a live record',
  ),
  contactnow.get('data.read', `${DATASET}/data`, 'listData', 'List the records of a dataset'),
  contactnow.write('post', 'data.create', `${DATASET}/data`, 201, 'createData', 'Add a record to a dataset'),
  contactnow.write(
    'patch',
    'data.update',
    `${DATASET}/data/{record}`,
    200,
    'updateData',
    'Change a record of a dataset',
  ),
  contactnow.get('campaignTables.read', '/v1/contactnow/tables', 'listTables', 'List the tables of datasets'),
  contactnow.get(
    'records.read',
    '/v1/contactnow/tables/{table}/records',
    'listTableRecords',
    'List the live records of a table',
  ),
  contactnow.get('data.read', '/v1/contactnow/tables/{table}/data', 'listTableData', 'List the records of a table'),
  contactnow.get('campaignFields.read', '/v1/contactnow/fields', 'listFields', 'List the columns of tables'),
  contactnow.get('dnc.read', '/v1/contactnow/dnc', 'listDnc', 'List numbers that may not be called'),

  danaconnect.write(
    'post',
    'conversations.startData',
    `${CONVERSATION}/starts`,
    201,
    'startConversation',
    'Start a conversation for one contact',
  ),
  danaconnect.write(
    'post',
    'conversations.startList',
    `${CONVERSATION}/list-starts`,
    201,
    'startConversationList',
    'Start a conversation for its list',
  ),
  danaconnect.write(
    'post',
    'conversations.startDataByProject',
    '/v1/danaconnect/projects/{project}/starts',
    201,
    'startProject',
    'Start the conversation of a project',
  ),
  danaconnect.load(
    'contacts.load',
    '/v1/danaconnect/tables/{tableCode}/loads',
    'loadContacts',
    'Load contacts into a list',
  ),
  danaconnect.get('records.retrieve', DANA, 'readDanaRecord', 'Read the record behind a code'),
  danaconnect.write('post', 'triggers.fire', `${DANA}/triggers`, 200, 'fireTrigger', 'Let the flow of a record go on'),
  danaconnect.upload('files.upload', '/v1/danaconnect/files', 'uploadFile', 'Upload a file'),

  datatalks.write(
    'post',
    'contacts.upsert',
    '/v1/datatalks/contacts',
    200,
    'upsertContact',
    'Create or update a contact',
  ),
  datatalks.write('delete', 'contacts.delete', '/v1/datatalks/contacts', 200, 'deleteContact', 'Delete a contact'),
  datatalks.write('post', 'events.create', '/v1/datatalks/events', 201, 'createEvent', 'Create an event'),
  datatalks.write('post', 'products.send', '/v1/datatalks/products', 200, 'sendProducts', 'Send products'),
] as const
