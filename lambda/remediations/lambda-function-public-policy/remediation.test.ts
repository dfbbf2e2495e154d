import { answering, awsError, findingOf, signalOf } from '../../../test/support/remediation';
import type { Statement } from './function-policy';
import { create } from './remediation';
import { spec } from './spec';

const remediator = create();
const place = { account: '123456789012', region: 'eu-central-1', partition: 'aws' };
const ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:orders';
const FUNCTION = { function: 'orders', target: 'orders' };
const ALIAS = { function: 'orders', target: 'orders:live' };
const resource = { names: { ...FUNCTION, ...place } };

const PUBLIC: Statement = {
  Sid: 'public',
  Effect: 'Allow',
  Principal: '*',
  Action: 'lambda:InvokeFunction',
  Resource: ARN,
};
const OURS: Statement = {
  Sid: 'bucket',
  Effect: 'Allow',
  Principal: { Service: 's3.amazonaws.com' },
  Action: 'lambda:InvokeFunction',
  Resource: ARN,
  Condition: { StringEquals: { 'AWS:SourceAccount': '123456789012' } },
};
const URL_AUTH = { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } };
const policyOf = (...Statement: Statement[]) => ({ Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
const withCondition = (Condition: object): Statement => ({ ...PUBLIC, Condition });

describe('lambda-function-public-policy', () => {
  test.each([
    ['match-by-name', FUNCTION],
    ['match-by-arn', FUNCTION],
    ['match-by-partial-arn', FUNCTION],
    ['match-whole-policy', FUNCTION],
    ['match-alias', ALIAS],
    ['match-alias-in-arn', ALIAS],
  ])('finds what the policy of %s is attached to', (name, names) => {
    expect(remediator.locate(signalOf(spec.id, name))).toEqual([{ names }]);
  });

  test.each([
    ['orders:$LATEST', [{ names: FUNCTION }]],
    ['eu-central-1:123456789012:function:orders:live', [{ names: ALIAS }]],
    ['function', [{ names: { function: 'function', target: 'function' } }]],
    ['orders/*', []],
    ['arn:aws:lambda:eu-central-1:123456789012:layer:orders', []],
  ])('reads the name %s', (functionName, located) => {
    const signal = signalOf(spec.id, 'match-by-name');
    expect(remediator.locate({ ...signal, record: { requestParameters: { functionName } } })).toEqual(located);
  });

  test('a name that is none is no function', () => {
    expect(remediator.locate(signalOf(spec.id, 'miss-malformed-name'))).toEqual([]);
  });

  test.each(['match-security-hub', 'match-ocsf', 'match-config'])('finds the function in %s', (name) => {
    expect(remediator.locateFinding?.(findingOf(spec.id, name))).toEqual([{ names: FUNCTION }]);
  });

  test('an account in a finding is no function', () => {
    const finding = findingOf(spec.id, 'match-config');
    const resources = [{ type: 'AWS::::Account', id: '123456789012' }];
    expect(remediator.locateFinding?.({ ...finding, resources })).toEqual([]);
  });

  test('lists functions page by page', async () => {
    const { client, sent } = answering({
      ListFunctions: { Functions: [{ FunctionName: 'orders' }], NextMarker: 'more' },
    });
    expect(await remediator.list(client, place, 'from-here')).toEqual({
      resources: [{ names: FUNCTION }],
      next: 'more',
    });
    expect(sent).toEqual([{ operation: 'ListFunctions', input: { MaxItems: 50, Marker: 'from-here' } }]);
    expect(await remediator.list(answering({ ListFunctions: {} }).client, place)).toEqual({ resources: [] });
  });

  test('reads the policy of what was opened, not that of the function behind it', async () => {
    const { client, sent } = answering({ GetPolicy: policyOf(OURS) });
    expect(await remediator.inspect({ names: { ...ALIAS, ...place } }, client)).toEqual({ compliant: true });
    expect(sent).toEqual([{ operation: 'GetPolicy', input: { FunctionName: 'orders:live' } }]);
  });

  test('a function without a policy is compliant, and so is one that is gone', async () => {
    const { client } = answering({ GetPolicy: awsError('ResourceNotFoundException') });
    expect(await remediator.inspect(resource, client)).toEqual({ compliant: true });
  });

  test('lets any other error through', async () => {
    const { client } = answering({ GetPolicy: awsError('TooManyRequestsException') });
    await expect(remediator.inspect(resource, client)).rejects.toThrow('TooManyRequestsException');
  });

  test.each(['no JSON', '[]', '{"Statement":"everybody"}'])(
    'does not judge a policy of an unknown form: %s',
    async (Policy) => {
      const { client } = answering({ GetPolicy: { Policy } });
      await expect(remediator.inspect(resource, client)).rejects.toThrow('the policy of the function orders is not');
    },
  );

  test.each<[string, Statement]>([
    ['for everybody', PUBLIC],
    ['for everybody, written as accounts', { ...PUBLIC, Principal: { AWS: '*' } }],
    ['for everybody and somebody', { ...PUBLIC, Principal: { AWS: ['123456789012', '*'] } }],
    ['for everybody but somebody', { ...PUBLIC, Principal: undefined, NotPrincipal: { AWS: '123456789012' } }],
    ['of a URL without authorization', { ...PUBLIC, Action: 'lambda:InvokeFunctionUrl', Condition: URL_AUTH }],
    ['of a URL with any signature', withCondition({ StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } })],
    ['of what a URL calls', withCondition({ Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } })],
    ['with a token of the caller', withCondition({ StringEquals: { 'lambda:EventSourceToken': 'token' } })],
    ['for every account', withCondition({ StringLike: { 'aws:SourceAccount': '*' } })],
    ['for many accounts', withCondition({ StringLike: { 'aws:SourceAccount': ['123456789012', '1*'] } })],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM writes its variables so
    ['for whatever account the caller names', withCondition({ StringEquals: { 'aws:SourceAccount': '${aws:x}' } })],
    ['for no account at all', withCondition({ StringEquals: { 'aws:SourceAccount': [] } })],
    ['for all accounts but one', withCondition({ StringNotEquals: { 'aws:SourceAccount': '123456789012' } })],
    [
      'for one account, if there is any',
      withCondition({ StringEqualsIfExists: { 'aws:SourceAccount': '123456789012' } }),
    ],
    [
      'for one path, or none',
      withCondition({ 'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': 'o-a1b2c3d4e5/*' } }),
    ],
    ['for every path', withCondition({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-*/r-ab12/*' } })],
    ['for buckets of anybody', withCondition({ ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::reports-*' } })],
    ['for topics of anybody', withCondition({ ArnLike: { 'AWS:SourceArn': 'arn:aws:sns:*:*:reports' } })],
    [
      'for a text in which the account may stand anywhere',
      withCondition({ StringLike: { 'aws:SourceArn': 'arn:aws:sns:*:123456789012:reports' } }),
    ],
    ['for half of all addresses', withCondition({ IpAddress: { 'aws:SourceIp': '0.0.0.0/1' } })],
    ['for addresses that are none', withCondition({ IpAddress: { 'aws:SourceIp': 'office' } })],
    ['with a key that tells nothing', withCondition({ StringEquals: { 'aws:UserAgent': 'ours' } })],
  ])('a statement %s is drift', async (_, statement) => {
    const { client } = answering({ GetPolicy: policyOf(OURS, statement) });
    const before = [JSON.parse(JSON.stringify(statement))];
    expect(await remediator.inspect(resource, client)).toEqual({ compliant: false, drift: { before, after: [] } });
  });

  test.each<[string, Statement]>([
    ['for a service', OURS],
    ['that denies everybody', { ...PUBLIC, Effect: 'Deny' }],
    ['for an account', { ...PUBLIC, Principal: { AWS: 'arn:aws:iam::123456789012:root' } }],
    ['for everybody of an account', withCondition({ StringEquals: { 'AWS:SourceAccount': '123456789012' } })],
    [
      'for everybody of two accounts',
      withCondition({ StringEquals: { 'aws:PrincipalAccount': ['111122223333', '123456789012'] } }),
    ],
    ['for everybody of an organization', withCondition({ StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } })],
    [
      'for everybody of a part of it',
      withCondition({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-a1b2c3d4e5/r-ab12/*' } }),
    ],
    ['for a bucket', withCondition({ ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::reports' } })],
    ['for topics of an account', withCondition({ ArnLike: { 'AWS:SourceArn': 'arn:aws:sns:*:123456789012:*' } })],
    [
      'for topics of an account, as text',
      withCondition({ StringLike: { 'aws:SourceArn': 'arn:aws:sns:eu-central-1:123456789012:*' } }),
    ],
    ['for a role', withCondition({ ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/caller' } })],
    ['for a VPC endpoint', withCondition({ StringEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } })],
    ['for an address', withCondition({ IpAddress: { 'aws:SourceIp': '198.51.100.7' } })],
    [
      'for a range of addresses',
      withCondition({ IpAddress: { 'aws:SourceIp': ['198.51.100.0/24', '2001:db8::/32'] } }),
    ],
    [
      'of a URL, for an account',
      withCondition({ StringEquals: { ...URL_AUTH.StringEquals, 'aws:PrincipalAccount': '123456789012' } }),
    ],
  ])('a statement %s stays', async (_, statement) => {
    const { client } = answering({ GetPolicy: policyOf(statement) });
    expect(await remediator.inspect(resource, client)).toEqual({ compliant: true });
  });

  test('tells the statements in the order of their ids, whatever order Lambda has', async () => {
    const [first, second] = [
      { ...PUBLIC, Sid: 'a' },
      { ...PUBLIC, Sid: 'b' },
    ];
    const { client } = answering({ GetPolicy: policyOf(second, OURS, first) });
    expect(await remediator.inspect(resource, client)).toEqual({
      compliant: false,
      drift: { before: [first, second], after: [] },
    });
  });

  test('removes exactly those, and minds none that is gone already', async () => {
    const { client, sent } = answering({ RemovePermission: awsError('ResourceNotFoundException') });
    const before = [
      { ...PUBLIC, Sid: 'a' },
      { ...PUBLIC, Sid: 'b' },
    ];
    await remediator.apply(resource, { before, after: [] }, client);
    expect(sent).toEqual(
      ['a', 'b'].map((StatementId) => ({
        operation: 'RemovePermission',
        input: { FunctionName: 'orders', StatementId },
      })),
    );
  });

  test('says which statements it cannot remove, after it has removed the others', async () => {
    const { client, sent } = answering({ RemovePermission: {} });
    const { Sid, ...nameless } = PUBLIC;
    await expect(remediator.apply(resource, { before: [nameless, PUBLIC], after: [] }, client)).rejects.toThrow(
      '1 of the public statements of the function orders have no Sid',
    );
    expect(sent).toHaveLength(1);
  });

  test.each<[Statement, object]>([
    [PUBLIC, {}],
    [{ ...PUBLIC, Principal: { AWS: '*' } }, {}],
    [
      { ...PUBLIC, Action: 'lambda:InvokeFunctionUrl', Condition: URL_AUTH },
      { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' },
    ],
    [withCondition({ Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } }), { InvokedViaFunctionUrl: true }],
    [withCondition({ StringEquals: { 'lambda:EventSourceToken': 'token' } }), { EventSourceToken: 'token' }],
    [
      withCondition({ ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::reports-*' } }),
      { SourceArn: 'arn:aws:s3:::reports-*' },
    ],
    [
      withCondition({ StringEquals: { 'AWS:SourceAccount': '*', 'aws:PrincipalOrgID': 'o-*' } }),
      { SourceAccount: '*', PrincipalOrgID: 'o-*' },
    ],
  ])('puts %j back', async (statement, more) => {
    const { client, sent } = answering({ GetPolicy: policyOf(OURS), AddPermission: {} });
    await remediator.undo?.(resource, { before: [statement], after: [] }, { read: client, write: client });
    expect(sent.at(-1)).toEqual({
      operation: 'AddPermission',
      input: {
        FunctionName: 'orders',
        StatementId: 'public',
        Action: 'lambda:InvokeFunction',
        Principal: '*',
        ...more,
      },
    });
  });

  test('puts back only what an attempt before has not', async () => {
    const { client, sent } = answering({ GetPolicy: policyOf(PUBLIC), AddPermission: {} });
    const before = [PUBLIC, { ...PUBLIC, Sid: 'second' }];
    await remediator.undo?.(resource, { before, after: [] }, { read: client, write: client });
    expect(sent.slice(1).map(({ input }) => input.StatementId)).toEqual(['second']);
  });

  test('puts a policy back that was removed with its last statement', async () => {
    const { client, sent } = answering({ GetPolicy: awsError('ResourceNotFoundException'), AddPermission: {} });
    await remediator.undo?.(resource, { before: [PUBLIC], after: [] }, { read: client, write: client });
    expect(sent).toHaveLength(2);
  });

  test.each<[string, Statement]>([
    ['without an id', { ...PUBLIC, Sid: undefined }],
    ['with several actions', { ...PUBLIC, Action: ['lambda:InvokeFunction', 'lambda:GetFunction'] }],
    ['for everybody and somebody', { ...PUBLIC, Principal: { AWS: ['*', '123456789012'] } }],
    ['for everybody but somebody', { ...PUBLIC, NotPrincipal: { AWS: '123456789012' } }],
    ['with a condition that AddPermission does not know', withCondition({ StringEquals: { 'aws:UserAgent': 'ours' } })],
    ['with a list in its condition', withCondition({ StringEquals: { 'lambda:FunctionUrlAuthType': ['NONE'] } })],
    ['with the contrary of a condition', withCondition({ Bool: { 'lambda:InvokedViaFunctionUrl': 'false' } })],
    ['with a condition of no form', withCondition({ StringEquals: 'everybody' })],
    ['on something else', { ...PUBLIC, Resource: `${ARN}:live` }],
  ])('refuses to put back a statement %s, before any is added', async (_, statement) => {
    const { client, sent } = answering({});
    const change = { before: [{ ...PUBLIC, Sid: 'first' }, statement], after: [] };
    await expect(remediator.undo?.(resource, change, { read: client, write: client })).rejects.toMatchObject({
      name: 'RefusedError',
      message: expect.stringContaining('has a form that AddPermission cannot make'),
    });
    expect(sent).toEqual([]);
  });

  test('refuses to put back a statement whose id another one bears by now', async () => {
    const { client, sent } = answering({ GetPolicy: policyOf({ ...OURS, Sid: 'public' }) });
    const change = { before: [PUBLIC], after: [] };
    await expect(remediator.undo?.(resource, change, { read: client, write: client })).rejects.toMatchObject({
      name: 'ChangedError',
    });
    expect(sent).toHaveLength(1);
  });

  test('compares what statements say, in no order', () => {
    const other = { ...PUBLIC, Sid: 'other' };
    const { Sid, Effect, Principal, ...rest } = PUBLIC;
    const told = [other, { ...rest, Principal: { AWS: '*' }, Effect, Sid }];
    expect(remediator.comparable?.([PUBLIC, other])).toEqual(remediator.comparable?.(told));
    expect(remediator.comparable?.([PUBLIC])).not.toEqual(remediator.comparable?.([other]));
  });
});
