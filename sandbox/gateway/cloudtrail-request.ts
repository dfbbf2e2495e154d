import type { CompletedCall } from './cloudtrail';
import { EC2_LISTS, EC2_NESTED, EC2_SHAPES, IP_PERMISSION_LISTS } from './cloudtrail-tables';
import { lowerFirst, lowerKeys, parseJson, redact, scalar, typed } from './cloudtrail-values';
import { ACCOUNT_ID, type Json } from './types';
import { parseXml } from './xml';

/** The request as the service's records show it. */
export function requestParameters(call: CompletedCall): Json | null {
  const { service, operation, params } = call.understanding;
  if (service === 's3') {
    return s3Request(call);
  }
  if (service === 's3control') {
    return s3ControlRequest(call);
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

/**
 * S3 Control is taken to write payloads as S3 does; to be compared with a recorded event before a trigger relies on more
 * than its name.
 */
function s3ControlRequest({ request, understanding }: CompletedCall): Json {
  const payload = parseXml(request.body.toString()) ?? {};
  const others = Object.entries(understanding.params).filter(([name]) => !(name in payload));
  return {
    ...(lowerKeys(Object.fromEntries(others)) as Json),
    Host: `${ACCOUNT_ID}.s3-control.${understanding.region}.amazonaws.com`,
    ...(typed(payload) as Json),
  };
}

function s3Host(bucket: string | undefined, region: string): string {
  return bucket === undefined ? `s3.${region}.amazonaws.com` : `${bucket}.s3.${region}.amazonaws.com`;
}

/** The two fields that only S3's records have. */
export function s3Extras({ understanding, request, response }: CompletedCall): Json {
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

/**
 * KMS names the key that a call was about.
 * Source: AWS KMS Developer Guide, "Examples of AWS KMS log entries".
 */
export function kmsExtras(call: CompletedCall): Json {
  const ARN = keyArn(call);
  return ARN === undefined ? {} : { resources: [{ accountId: ACCOUNT_ID, type: 'AWS::KMS::Key', ARN }] };
}

/** Of a new key only the answer tells. */
export function keyArn({ understanding, response }: CompletedCall): string | undefined {
  const named = understanding.actions.flatMap(({ resources }) => resources).find((arn) => arn.includes(':key/'));
  const made = parseJson(response.body.toString())?.KeyMetadata as Json | undefined;
  return named ?? (made?.Arn as string | undefined);
}

/** EC2's older shape: names as in the API with a small first letter, every list as `{ items: [ … ] }`. */
function ec2Request(operation: string, params: Json): Json {
  const { rename = {}, perInstance, empty = [] } = EC2_SHAPES[operation] ?? {};
  const asked = operation === 'ModifySnapshotAttribute' ? snapshotPermissions(params) : params;
  const parameters: Json = Object.fromEntries(
    Object.entries(ec2Value(asked) as Json).map(([name, value]) => [rename[name] ?? name, value]),
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

/**
 * Whichever of its two forms the request has, the record shows the newer one, with the attribute in capitals.
 * Source: Stratus Red Team, recorded detonation logs, aws.exfiltration.ec2-share-ebs-snapshot. That the older form
 * (OperationType with GroupNames and UserIds) leaves the same record is taken from the rules that search for it.
 */
function snapshotPermissions(params: Json): Json {
  const { Attribute, OperationType, GroupNames, UserIds, CreateVolumePermission, ...rest } = params;
  const entries = [
    ...((GroupNames ?? []) as string[]).map((Group) => ({ Group })),
    ...((UserIds ?? []) as string[]).map((UserId) => ({ UserId })),
  ];
  const older = entries.length > 0 ? { [OperationType === 'remove' ? 'Remove' : 'Add']: entries } : undefined;
  return {
    ...rest,
    CreateVolumePermission: CreateVolumePermission ?? older ?? {},
    AttributeType: 'CREATE_VOLUME_PERMISSION',
  };
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
  return { [`${understanding.operation}Request`]: root.children.size > 0 ? wireValue(root) : {} };
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
