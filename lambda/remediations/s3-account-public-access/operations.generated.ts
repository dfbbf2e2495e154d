// Written by `npm run generate`. Do not edit.
import { DeletePublicAccessBlockCommand, GetPublicAccessBlockCommand, PutPublicAccessBlockCommand, S3ControlClient } from '@aws-sdk/client-s3-control';
import type { Operations } from '../../runtime/declared';

export const operations: Operations = {
  client: S3ControlClient,
  read: GetPublicAccessBlockCommand,
  write: PutPublicAccessBlockCommand,
  undoUnset: DeletePublicAccessBlockCommand,
};
