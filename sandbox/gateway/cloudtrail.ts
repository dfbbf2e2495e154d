import { randomUUID } from 'node:crypto';
import {
  DATA_PLANE,
  EC2_LISTS,
  EC2_NESTED,
  EC2_SHAPES,
  EVENT_NAMES,
  EVENT_SOURCES,
  GLOBAL_SERVICES,
  IP_PERMISSION_LISTS,
  MAPS,
  REDACTED,
} from './cloudtrail-tables';
import { protocolOf } from './errors';
import { type Caller, roleId } from './identity';
import { ACCOUNT_ID, type ApiRequest, type ApiResponse, type Json, type Understanding } from './types';
import { parseXml } from './xml';

/** A call that was made, with its answer. */
export interface CompletedCall {
  readonly caller: Caller;
  readonly request: ApiRequest;
  readonly understanding: Understanding;
  readonly response: ApiResponse;
  readonly time: Date;
}

export interface CloudTrailRecord extends Json {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly awsRegion: string;
}

/** Whether EventBridge hears of a call: it succeeded, it changed something, and it is not data plane. */
export function isDelivered({ understanding, response }: CompletedCall): boolean {
  const { service, operation, mutating } = understanding;
  return mutating && response.status < 300 && !(DATA_PLANE[service]?.test(operation) ?? false);
}

/**
 * The record that CloudTrail would write.
 *
 * Source: AWS CloudTrail User Guide, "CloudTrail record contents for management, data, and network activity events"
 * (eventVersion 1.11), and "CloudTrail userIdentity element".
 */
export function toRecord(call: CompletedCall): CloudTrailRecord {
  const { understanding, request, response, caller, time } = call;
  const { service, operation } = understanding;
  const requestID = requestIdOf(response);
  const isS3 = service === 's3' || service === 's3control';
  return {
    eventVersion: '1.11',
    userIdentity: userIdentity(caller),
    eventTime: seconds(time),
    eventSource: `${EVENT_SOURCES[service] ?? service}.amazonaws.com`,
    eventName: EVENT_NAMES[service]?.[operation] ?? operation,
    awsRegion: GLOBAL_SERVICES.has(service) ? 'us-east-1' : understanding.region,
    sourceIPAddress: request.remoteAddress,
    userAgent: isS3 ? `[${request.headers['user-agent'] ?? '-'}]` : (request.headers['user-agent'] ?? '-'),
    requestParameters: requestParameters(call),
    responseElements: responseElements(call),
    ...(isS3 && s3Extras(call)),
    requestID,
    eventID: randomUUID(),
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT_ID,
    eventCategory: 'Management',
  };
}

function userIdentity(caller: Caller): Json {
  const { role } = caller;
  const common = {
    principalId: caller.principalId,
    arn: caller.arn,
    accountId: caller.accountId,
    accessKeyId: caller.accessKeyId,
  };
  if (!role) {
    return { type: 'IAMUser', ...common, userName: caller.userName };
  }
  return {
    type: 'AssumedRole',
    ...common,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: roleId(role.roleArn),
        arn: role.roleArn,
        accountId: caller.accountId,
        userName: role.roleName,
      },
      attributes: { creationDate: seconds(role.issuedAt), mfaAuthenticated: 'false' },
    },
  };
}

// --- requestParameters -------------------------------------------------------------------------------------------

function requestParameters(call: CompletedCall): Json | null {
  const { service, operation, params } = call.understanding;
  if (service === 's3') {
    return s3Request(call);
  }
  if (service === 's3control') {
    return {
      ...(lowerKeys(params) as Json),
      Host: `${ACCOUNT_ID}.s3-control.${call.understanding.region}.amazonaws.com`,
    };
  }
  if (service === 'ec2') {
    return EC2_NESTED.has(operation) ? ec2NestedRequest(call) : ec2Request(operation, params);
  }
  const parameters = redact(service, lowerKeys(params) as Json);
  return Object.keys(parameters).length > 0 ? parameters : null;
}

/**
 * S3 shows the bucket, the host, each header that decides something, each sub-resource of the query as a key of its own
 * with "", and the XML payload under the name of its root element.
 * Source: Amazon S3 User Guide, "CloudTrail log file entries for Amazon S3"; corpora: CreateBucket, PutBucketPolicy.
 */
function s3Request({ request, understanding }: CompletedCall): Json {
  const bucket = understanding.params.Bucket as string | undefined;
  const parameters: Json = {
    ...(bucket !== undefined && { bucketName: bucket }),
    Host: s3Host(bucket, understanding.region),
  };
  for (const [name, value] of new URL(request.url, 'http://localhost').searchParams) {
    if (name !== 'x-id' && !name.startsWith('X-Amz-')) {
      parameters[name] = value;
    }
  }
  for (const [name, value] of Object.entries(request.headers)) {
    if (/^x-amz-(acl|grant-.*|object-ownership|bucket-object-lock-enabled|mfa)$/.test(name)) {
      parameters[name] = name === 'x-amz-mfa' ? 'HIDDEN_DUE_TO_SECURITY_REASONS' : value;
    }
  }
  if (understanding.operation === 'PutBucketPolicy') {
    return { ...parameters, bucketPolicy: parseJson(request.body.toString()) };
  }
  const payload = parseXml(request.body.toString());
  return { ...parameters, ...(payload && (typed(payload) as Json)) };
}

function s3Host(bucket: string | undefined, region: string): string {
  return bucket === undefined ? `s3.${region}.amazonaws.com` : `${bucket}.s3.${region}.amazonaws.com`;
}

function s3Extras({ understanding, request, response }: CompletedCall): Json {
  const bucket = understanding.params.Bucket as string | undefined;
  return {
    additionalEventData: {
      SignatureVersion: 'SigV4',
      CipherSuite: 'TLS_AES_128_GCM_SHA256',
      bytesTransferredIn: request.body.length,
      AuthenticationMethod: 'AuthHeader',
      bytesTransferredOut: response.body.length,
    },
    ...(bucket !== undefined && {
      resources: [{ accountId: ACCOUNT_ID, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucket}` }],
    }),
  };
}

/** EC2's older shape: names as in the API with a small first letter, every list as `{ items: [ … ] }`. */
function ec2Request(operation: string, params: Json): Json {
  const { rename = {}, perInstance, empty = [] } = EC2_SHAPES[operation] ?? {};
  const parameters: Json = Object.fromEntries(
    Object.entries(ec2Value(params) as Json).map(([name, value]) => [rename[name] ?? name, value]),
  );
  for (const name of empty) {
    parameters[name] ??= {};
  }
  if (perInstance) {
    const instance = Object.fromEntries(
      perInstance.flatMap((name) => (name in parameters ? [[name, parameters[name]]] : [])),
    );
    for (const name of perInstance) {
      delete parameters[name];
    }
    parameters.instancesSet = { items: [instance] };
  }
  const permissions = parameters.ipPermissions as { items?: Json[] } | undefined;
  for (const permission of permissions?.items ?? []) {
    for (const list of IP_PERMISSION_LISTS) {
      permission[list] ??= {};
    }
  }
  // A rule given as single parameters stands beside an empty list (Stratus Red Team, recorded detonation logs).
  if (parameters.cidrIp !== undefined || parameters.securityGroupRuleIds !== undefined) {
    parameters.ipPermissions ??= {};
  }
  return redact('ec2', parameters);
}

function ec2Value(value: unknown): unknown {
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const result: Json = {};
  for (const [name, member] of Object.entries(value as Json)) {
    if (!Array.isArray(member)) {
      result[lowerFirst(name)] = ec2Value(member);
      continue;
    }
    const { as, of } = EC2_LISTS[name] ?? { as: lowerFirst(name), of: undefined };
    const element = of ?? lowerFirst(name).replace(/s$/, '');
    const items = member.map((item) => (typeof item === 'object' ? ec2Value(item) : { [element]: item }));
    result[as] = items.length > 0 ? { items } : {};
  }
  // The tags of a TagSpecification are a bare list, unlike any other.
  if (result.resourceType !== undefined && result.tagSet !== undefined) {
    const { tagSet, ...rest } = result;
    return { ...rest, tags: (tagSet as { items?: unknown }).items };
  }
  return result;
}

/** EC2's newer shape, read from the wire, because it keeps the wire's names and numbering. */
function ec2NestedRequest({ request, understanding }: CompletedCall): Json {
  const form = new URLSearchParams(request.body.toString());
  const root: WireNode = { children: new Map() };
  for (const [path, value] of form) {
    if (path === 'Action' || path === 'Version') {
      continue;
    }
    let node = root;
    for (const part of path.split('.')) {
      const next: WireNode = node.children.get(part) ?? { children: new Map() };
      node.children.set(part, next);
      node = next;
    }
    node.text = value;
  }
  return { [`${understanding.operation}Request`]: wireValue(root) };
}

interface WireNode {
  text?: string;
  readonly children: Map<string, WireNode>;
}

function wireValue(node: WireNode): unknown {
  if (node.children.size === 0) {
    return scalar(node.text ?? '');
  }
  const names = [...node.children.keys()];
  if (names.every((name) => /^\d+$/.test(name))) {
    const elements = [...node.children].map(([tag, child]) => {
      const value = wireValue(child);
      return typeof value === 'object'
        ? { ...(value as Json), tag: Number(tag) }
        : { content: value, tag: Number(tag) };
    });
    return elements.length === 1 ? elements[0] : elements;
  }
  return Object.fromEntries([...node.children].map(([name, child]) => [name, wireValue(child)]));
}

// --- responseElements --------------------------------------------------------------------------------------------

/** What the call answered; null where CloudTrail says nothing (S3, and answers without content). */
function responseElements(call: CompletedCall): Json | null {
  const { service, operation } = call.understanding;
  if (service === 's3' || service === 's3control') {
    return null;
  }
  const text = call.response.body.toString();
  if (service === 'ec2') {
    return ec2Response(operation, text);
  }
  const protocol = protocolOf(call.request, service);
  const elements = protocol === 'query' || protocol === 'rest-xml' ? queryResponse(text) : parseJson(text);
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
  return redact('ec2', {
    ...(items(rest) as Json),
    // `return` is written with an underscore, see corpora: AuthorizeSecurityGroupIngress.
    ...(done !== undefined && { _return: done }),
  });
}

/** EC2's `<item>` elements become `items`, always a list. */
function items(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(items);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const { item, ...rest } = value as Json;
  const mapped = Object.fromEntries(Object.entries(rest).map(([key, member]) => [key, items(member)]));
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

// --- helpers -----------------------------------------------------------------------------------------------------

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/**
 * Keys with a small first letter, at all depths. A blob is shown as nothing. Policies and other documents that are text
 * stay text.
 */
function lowerKeys(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(lowerKeys);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value as Json)
      .filter(([, member]) => member !== '<blob>' && member !== undefined)
      .map(([name, member]) => [lowerFirst(name), MAPS.has(name) ? mapMember(member) : lowerKeys(member)]),
  );
}

/** A map keeps its keys; the same name can be a list of structures elsewhere (`Tags`). */
function mapMember(member: unknown): unknown {
  return Array.isArray(member) ? lowerKeys(member) : member;
}

function redact(service: string, value: Json): Json {
  const table = { ...REDACTED['*'], ...REDACTED[service] };
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) {
      return node.map(walk);
    }
    if (node === null || typeof node !== 'object') {
      return node;
    }
    return Object.fromEntries(
      Object.entries(node as Json)
        .map(([key, member]): [string, unknown] =>
          Object.hasOwn(table, key) ? [key, table[key]] : [key, walk(member)],
        )
        .filter(([, member]) => member !== undefined),
    );
  };
  return walk(value) as Json;
}

/** Text of XML as CloudTrail shows it: booleans and small numbers as such, account ids and the rest as text. */
function typed(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(typed);
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value as Json).map(([key, member]) => [key, typed(member)]));
  }
  return typeof value === 'string' ? scalar(value) : value;
}

function scalar(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') {
    return text === 'true';
  }
  return /^-?(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : text;
}

function parseJson(text: string): Json | null {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

function seconds(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function requestIdOf(response: ApiResponse): string {
  const header = response.headers['x-amzn-requestid'] ?? response.headers['x-amz-request-id'];
  const inBody = /<requestId>([^<]+)<\/requestId>/i.exec(response.body.toString('utf8', 0, 100_000))?.[1];
  return (Array.isArray(header) ? header[0] : header) ?? inBody ?? randomUUID();
}
