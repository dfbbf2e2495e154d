// Written by `npm run generate`. Do not edit.
import { DeletePublicAccessBlockCommand, GetPublicAccessBlockCommand, ListBucketsCommand, PutPublicAccessBlockCommand, S3Client } from '@aws-sdk/client-s3';
import type { Operations } from '../../runtime/declared';

export const operations: Operations = {
  client: S3Client,
  read: GetPublicAccessBlockCommand,
  write: PutPublicAccessBlockCommand,
  list: ListBucketsCommand,
  undoUnset: DeletePublicAccessBlockCommand,
};
