// Written by `npm run generate`. Do not edit.
import { GetBucketVersioningCommand, ListBucketsCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import type { Operations } from '../../runtime/declared';

export const operations: Operations = {
  client: S3Client,
  read: GetBucketVersioningCommand,
  write: PutBucketVersioningCommand,
  list: ListBucketsCommand,
};
