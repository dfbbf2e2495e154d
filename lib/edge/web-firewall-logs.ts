import type { aws_s3 as s3, aws_wafv2 as wafv2 } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import { type LogArchive, LogBucketKind } from '../audit/log-archive';

/** What nobody may read, as far as it is asked for. */
export interface Secrets {
  readonly redactedHeaders?: readonly string[];
  readonly redactQueryString?: boolean;
}

/** Values that the logs never show. */
const REDACTED_HEADERS = ['authorization', 'cookie'];

/** What is logged of the requests that somebody may ask about. */
const LOGGED_ACTIONS = ['BLOCK', 'COUNT', 'CAPTCHA', 'CHALLENGE', 'EXCLUDED_AS_COUNT'];

/** Keeps those alone. In the words of CloudFormation: to the CDK this is any JSON. */
export const LOGGING_FILTER = {
  DefaultBehavior: 'DROP',
  Filters: [
    {
      Behavior: 'KEEP',
      Requirement: 'MEETS_ANY',
      Conditions: LOGGED_ACTIONS.map((Action) => ({ ActionCondition: { Action } })),
    },
  ],
};

/** As it stands in the template: known, or made of references to what only the deployment knows. */
export function wafBucketName(archive: LogArchive): string | undefined {
  if (!archive.kinds.includes(LogBucketKind.WAF)) return undefined;
  const stack = Stack.of(archive);
  const name: unknown = stack.resolve((archive.wafBucket.node.defaultChild as s3.CfnBucket).bucketName);
  // Stacks that do not know their place may be deployed to two.
  return typeof name === 'string' ? name : `${stack.node.path} ${JSON.stringify(name)}`;
}

/** Names in lower case of the headers whose values nobody may read, each once. */
export function secretHeaders({ redactedHeaders = [] }: Secrets): string[] {
  return [...new Set([...REDACTED_HEADERS, ...redactedHeaders.map((header) => header.toLowerCase())])];
}

/**
 * What AWS WAF keeps of no request, neither in logs nor in samples: what is redacted in logs alone stands in the samples.
 * https://docs.aws.amazon.com/waf/latest/developerguide/data-protection-masking.html
 */
export function protectedData(props: Secrets): wafv2.CfnWebACL.DataProtectProperty[] {
  const fields: wafv2.CfnWebACL.FieldToProtectProperty[] = [
    { fieldType: 'SINGLE_HEADER', fieldKeys: secretHeaders(props) },
    ...(props.redactQueryString ? [{ fieldType: 'QUERY_STRING' }] : []),
  ];
  return fields.map((field) => ({ field, action: 'SUBSTITUTION' }));
}
