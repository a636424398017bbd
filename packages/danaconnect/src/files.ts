import { checkInput } from '@sluice/errors'

import { type CallApi, type DanaconnectCall, debugHeader } from './call-api.ts'
import { checkFileSize } from './file-size.ts'
import { type FileReceipt, judgeUpload } from './replies.ts'
import { type UploadInput, uploadSchema } from './wire.ts'

const OPERATION = 'files.upload'

/** The operation on files. */
export interface Files {
  /**
   * Uploads one file. Its `fileId`, put into a field of a start, makes it an attachment. The vendor keeps it for seven days.
   *
   * @throws SchemaError `SCHEMA_MISMATCH`; TransportError; UpstreamError with a `DanaconnectCode`.
   * @see https://dev.danaconnect.com/openapi/fileupload-reference
   */
  readonly upload: (input: UploadInput, call?: DanaconnectCall) => Promise<FileReceipt>
}

/** Creates the operation on files. */
export function createFiles(callApi: CallApi, maxRequestBytes: number): Files {
  return {
    async upload({ bytes, ...input }, call) {
      const { fileName, contentType = 'application/octet-stream' } = checkInput(
        `danaconnect ${OPERATION}`,
        uploadSchema,
        input,
      )
      checkFileSize(OPERATION, 'bytes', bytes, maxRequestBytes)
      const file = { name: 'file', filename: fileName, contentType, bytes }
      return callApi(
        {
          operation: OPERATION,
          method: 'POST',
          host: 'appserv',
          path: '/dana/conversation/http/rest/file/upload',
          headers: debugHeader(call),
          body: { kind: 'multipart', fields: [], files: [file] },
          judge: judgeUpload,
        },
        call,
      )
    },
  }
}
