import { isIntrinsic, isRecord, listOf } from '../../private/template-values';
import { isEverybody, partsOfArn, statementsIn, WILDCARD } from '../policies';
import {
  type CheckContext,
  type CheckedResource,
  every,
  type Finding,
  not,
  type Properties,
  type Rule,
  some,
  unless,
  type Verdict,
} from '../rule';
import { is, isAbsent, isOpaque, isThereWith, knownValue, piecesOf, spelledOut } from '../values';

const ENDPOINT = 'AWS::EC2::VPCEndpoint';

const GATEWAY_SERVICES = ['s3', 'dynamodb'] as const;

/** Types of endpoints that take a policy: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html */
const WITH_POLICY = ['Gateway', 'Interface'] as const;

/** Services that others offer take no policy. */
const OF_OTHERS = /^com\.amazonaws\.vpce\./;

/** What binds a statement to the organization or account, of the caller or of what is called. */
const BINDING_KEYS: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:resourceaccount',
  'aws:resourceorgid',
  'aws:resourceorgpaths',
  's3:resourceaccount',
]);

/** Operators that a request without the key does not pass. */
const BINDING_OPERATOR = /^(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike)$/;

export const rule: Rule = {
  id: 'NET14',
  title: 'VPCs have gateway endpoints for S3 and DynamoDB, and endpoint policies let through only what is known',
  severity: 'WARN',
  resourceTypes: ['AWS::EC2::VPC', ENDPOINT],
  controls: ['BW.19'],
  techniques: ['AM15', 'AM39'],
  rationale:
    'Without an endpoint calls to AWS need a way to the Internet. With an open one, whoever broke in takes credentials of their own along and copies the data to their own bucket.',
  whenNotToUse:
    'Services whose endpoints take no policy. For what AWS keeps in buckets of its own, such as packages and image layers, name these buckets in a statement of its own.',
  check(resource, context) {
    return resource.type === ENDPOINT ? policyFindings(resource, context) : missing(resource, context);
  },
};

function missing(vpc: CheckedResource, context: CheckContext): Finding[] {
  const endpoints = context.referring(vpc, ENDPOINT, 'VpcId');
  return GATEWAY_SERVICES.flatMap((service) =>
    unless(some(endpoints.map((endpoint) => isGatewayTo(service, endpoint, vpc, context.from(endpoint)))), {
      subject: service,
      message: `No gateway endpoint of this app takes the route tables of the VPC to ${service}.`,
    }),
  );
}

function isGatewayTo(service: string, endpoint: CheckedResource, vpc: CheckedResource, context: CheckContext): Verdict {
  const { RouteTableIds: tables, VpcEndpointType: type } = endpoint.properties;
  return every([
    isAbsent(type) || is(type, 'Gateway', context),
    isServiceNamed(service, endpoint),
    isOpaque(tables) || listOf(tables).length > 0,
    isThereWith(endpoint, vpc),
  ]);
}

/** The name ends with the service, whatever Region and partition come before. */
function isServiceNamed(service: string, { properties }: CheckedResource): Verdict {
  const last = piecesOf(properties.ServiceName).at(-1);
  return typeof last === 'string' ? last.endsWith(`.${service}`) : undefined;
}

function policyFindings({ properties }: CheckedResource, context: CheckContext): Finding[] {
  const { PolicyDocument: document, VpcEndpointType: type, ServiceName: service } = properties;
  const takesPolicy = isAbsent(type) || isOpaque(type) || WITH_POLICY.some((each) => is(type, each, context));
  if (!takesPolicy || OF_OTHERS.test(spelledOut(service))) return [];
  if (isAbsent(document)) {
    const message = 'Without a PolicyDocument the endpoint lets everybody do everything.';
    return [{ subject: 'policy', message, property: 'PolicyDocument' }];
  }
  return statementsIn('PolicyDocument', parsed(document)).flatMap(({ properties: statement, path }) =>
    unless(statement && not(isOpen(statement, context)), {
      subject: path,
      message:
        'The statement lets everybody reach everything. Bind it to the organization or account, with aws:PrincipalOrgID or aws:ResourceOrgID for example.',
      property: path,
    }),
  );
}

/** CloudFormation takes the document as text too. */
function parsed(document: unknown): unknown {
  if (typeof document !== 'string') return document;
  try {
    return JSON.parse(document);
  } catch {
    return undefined;
  }
}

function isOpen(statement: Properties, context: CheckContext): Verdict {
  const { Effect: effect, Principal: principal, NotPrincipal, Resource: resource, NotResource, Condition } = statement;
  return every([
    is(effect, 'Allow', context),
    isAbsent(NotPrincipal) ? isEverybody(principal) : true,
    isAbsent(NotResource) ? some(listOf(resource).map((each) => isEverything(each, context))) : true,
    not(isBound(Condition)),
  ]);
}

/** Whether a resource is any one of any account. */
function isEverything(resource: unknown, context: CheckContext): Verdict {
  const pattern = spelledOut(resource);
  if (WILDCARD.test(pattern)) return true;
  const parts = partsOfArn(pattern);
  if (parts === undefined) return knownValue(resource, context).kind === 'unknown' ? undefined : false;
  const [account, ...rest] = parts.slice(4);
  return account === undefined || (/^\**$/.test(account) && WILDCARD.test(rest.join(':')));
}

function isBound(condition: unknown): Verdict {
  if (isOpaque(condition)) return undefined;
  if (!isRecord(condition)) return false;
  return some(
    Object.entries(condition).map(([operator, keys]) => {
      if (isOpaque(keys)) return undefined;
      if (!isRecord(keys)) return false;
      return Object.entries(keys).some(([key, values]) => isBinding(operator, key.toLowerCase(), values));
    }),
  );
}

function isBinding(operator: string, key: string, values: unknown): boolean {
  if (key === 'aws:principalisawsservice')
    return /^Bool$/.test(operator) && flattenedValues(values).every((value) => value === 'true');
  const texts = flattenedValues(values);
  return (
    BINDING_OPERATOR.test(operator) &&
    BINDING_KEYS.has(key) &&
    texts.length > 0 &&
    !texts.some((text) => WILDCARD.test(text))
  );
}

function flattenedValues(values: unknown): string[] {
  return listOf(values).map((value) => (isIntrinsic(value) ? spelledOut(value) : String(value)));
}
