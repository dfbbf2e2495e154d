import { isRecord, listOf } from '../private/template-values';
import { spelledOut } from './values';

/** Names by which buckets are reached, but for those of websites. */
const BUCKET_NAME = /\.s3([.-][a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/;

/**
 * Names of websites, and the attribute of a bucket that they are cut out of.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html
 */
const WEBSITE = /\.s3-website[.-]|"WebsiteURL"|\.WebsiteURL\b/;

/** Whether a domain name is that of a bucket, by which it can be reached over HTTPS and with an access control. */
export function isBucketName(name: unknown): boolean {
  const text = spelledOut(name);
  return BUCKET_NAME.test(text) && !WEBSITE.test(text);
}

/** Whether a domain name is that of a website of S3. */
export function isWebsite(name: unknown): boolean {
  return WEBSITE.test(spelledOut(name));
}

/** The URL that a domain name is cut out of, as the CDK does: what stands between the second and the third slash. */
export function urlOf(name: unknown): unknown {
  const [index, parts] = isRecord(name) ? listOf(name['Fn::Select']) : [];
  const [delimiter, url] = isRecord(parts) ? listOf(parts['Fn::Split']) : [];
  return String(index) === '2' && delimiter === '/' ? url : undefined;
}
