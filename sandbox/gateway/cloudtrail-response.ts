import type { CompletedCall } from './cloudtrail';
import { keyArn } from './cloudtrail-request';
import { EC2_NESTED, KMS_ANSWERS_KEY } from './cloudtrail-tables';
import { lowerKeys, parseJson, redact, typed } from './cloudtrail-values';
import { protocolOf } from './errors';
import type { Json } from './types';
import { parseXml } from './xml';

/** What the call answered; null where CloudTrail says nothing (S3, and answers without content). */
export function responseElements(call: CompletedCall): Json | null {
  const { service, operation } = call.understanding;
  if (service === 's3' || service === 's3control') {
    return null;
  }
  const text = call.response.body.toString();
  if (service === 'ec2') {
    return ec2Response(operation, text);
  }
  if (service === 'kms' && KMS_ANSWERS_KEY.has(operation)) {
    return { keyId: keyArn(call) };
  }
  const protocol = protocolOf(call.request, service);
  const answer = protocol === 'query' || protocol === 'rest-xml' ? queryResponse(text) : parseJson(text);
  const elements = service === 'iam' ? longDates(answer) : answer;
  if (elements === null || typeof elements !== 'object' || Object.keys(elements).length === 0) {
    return null;
  }
  return redact(service, lowerKeys(elements) as Json);
}

function ec2Response(operation: string, text: string): Json | null {
  const parsed = parseXml(text);
  const root = parsed?.[`${operation}Response`] as Json | undefined;
  if (!root) {
    return null;
  }
  if (EC2_NESTED.has(operation)) {
    return { [`${operation}Response`]: typed(root) };
  }
  const { xmlns, return: done, ...rest } = typed(root) as Json;
  // An operation without output answers `true` in AWS; the emulator, made from the SDK's model, leaves that out.
  const succeeded = done ?? (Object.keys(rest).every((name) => name === 'requestId') ? true : undefined);
  return redact('ec2', {
    ...(items(rest) as Json),
    // `return` is written with an underscore, see corpora: AuthorizeSecurityGroupIngress.
    ...(succeeded !== undefined && { _return: succeeded }),
  });
}

/** IAM's records write dates out: "Sep 27, 2022 5:09:18 PM" (corpora: CreateAccessKey). */
function longDates(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(longDates);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value as Json).map(([name, member]) => [
      name,
      name.endsWith('Date') && typeof member === 'string' ? longDate(new Date(member)) : longDates(member),
    ]),
  );
}

function longDate(date: Date): string {
  const style = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', ...options }).format(date);
  return `${style({ dateStyle: 'medium' })} ${style({ timeStyle: 'medium' })}`.replace(/\s/g, ' ');
}

/** EC2's `<item>` elements become `items`, always a list; a set without elements is `{}` (corpora: RunInstances). */
function items(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(items);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const { item, ...rest } = value as Json;
  const mapped = Object.fromEntries(
    Object.entries(rest).map(([key, member]) => [key, member === '' && key.endsWith('Set') ? {} : items(member)]),
  );
  return item === undefined ? mapped : { ...mapped, items: [item].flat().map(items) };
}

/** The inside of `<OperationResponse><OperationResult>`; `<member>` lists become lists. */
function queryResponse(text: string): Json | null {
  const parsed = parseXml(text);
  const response = parsed && (Object.values(parsed)[0] as Json | undefined);
  const result = response && Object.entries(response).find(([name]) => name.endsWith('Result'))?.[1];
  return result && typeof result === 'object' ? (members(typed(result)) as Json) : null;
}

function members(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(members);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const { member, xmlns, ...rest } = value as Json;
  if (member !== undefined) {
    return [member].flat().map(members);
  }
  return Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, members(inner)]));
}
