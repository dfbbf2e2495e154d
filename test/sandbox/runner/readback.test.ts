import { canonicalPolicy, matches } from '../../../sandbox/runner/compare';
import { type Names, resolve } from '../../../sandbox/runner/intrinsics';
import { compareProperties, readBack } from '../../../sandbox/runner/readback';

const place = { stack: 'audit', logicalId: 'Bucket', type: 'AWS::S3::Bucket' };
const none = new Map<string, string>();

describe('a deployed property', () => {
  test.each([
    ['the same', { Status: 'Enabled' }, { Status: 'Enabled' }],
    ['a default beside it', { Status: 'Enabled' }, { Status: 'Enabled', MFADelete: 'Disabled' }],
    ['a number as text', 1209600, '1209600'],
    ['a truth as text', true, 'true'],
    ['none, said by an empty text', { KmsKeyIdentifier: '' }, {}],
    ['a list in another order', [{ Key: 'a' }, { Key: 'b' }], [{ Key: 'b' }, { Key: 'a' }]],
  ])('matches: %s', (_, wanted, got) => {
    expect(matches(wanted, got)).toBe(true);
  });

  test.each([
    ['another value', { Status: 'Enabled' }, { Status: 'Suspended' }],
    ['nothing', { Status: 'Enabled' }, undefined],
    ['one setting of four lost', { BlockPublicAcls: true, BlockPublicPolicy: true }, { BlockPublicAcls: true }],
    ['an item too many', ['a'], ['a', 'b']],
    ['an item too few', ['a', 'b'], ['a']],
    ['the same item twice', ['a', 'b'], ['a', 'a']],
    ['false for true', true, false],
    ['text for an object', { a: 1 }, '{"a":1}'],
  ])('differs: %s', (_, wanted, got) => {
    expect(matches(wanted, got)).toBe(false);
  });

  test('is compared only where a describe call tells it, and the others are told', () => {
    const expected = new Map<string, unknown>([
      ['VersioningConfiguration', { Status: 'Enabled' }],
      ['PublicAccessBlockConfiguration', { BlockPublicAcls: true }],
      ['Surprise', 1],
    ]);
    const unresolved = new Map([['Tags', 'Fn::If is not resolved here']]);
    const actual = { VersioningConfiguration: { Status: 'Enabled' }, PublicAccessBlockConfiguration: undefined };
    expect(compareProperties(place, expected, unresolved, actual)).toEqual({
      compared: 2,
      differences: [
        {
          ...place,
          property: 'PublicAccessBlockConfiguration',
          expected: { BlockPublicAcls: true },
          actual: undefined,
        },
      ],
      notCompared: [
        { ...place, property: 'Tags', reason: 'Fn::If is not resolved here' },
        { ...place, property: 'Surprise', reason: 'no describe call tells it' },
      ],
    });
  });
});

describe('a policy', () => {
  const statement = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::a' };

  test('is the same as a list or as one value, and as either form of everybody', () => {
    const listed = { Effect: 'Deny', Principal: { AWS: '*' }, Action: ['s3:*'], Resource: ['arn:aws:s3:::a'] };
    expect(canonicalPolicy({ Statement: [listed] })).toEqual(canonicalPolicy({ Statement: statement }));
  });

  test.each([
    ['a condition dropped', {}],
    ['a condition turned', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
  ])('differs with %s', (_, change) => {
    const wanted = new Map([
      ['PolicyDocument', { Statement: [{ ...statement, Condition: { Bool: { 'aws:SecureTransport': false } } }] }],
    ]);
    const read = (condition: object) =>
      compareProperties(place, wanted, none, { PolicyDocument: { Statement: [{ ...statement, ...condition }] } });
    expect(read({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } }).differences).toEqual([]);
    expect(read(change).differences).toHaveLength(1);
  });

  test('of a role differs inside a list of policies', () => {
    const policies = (action: unknown) => [
      { PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] } },
    ];
    const wanted = new Map([['Policies', policies('s3:GetObject')]]);
    expect(compareProperties(place, wanted, none, { Policies: policies(['s3:GetObject']) }).differences).toEqual([]);
    expect(compareProperties(place, wanted, none, { Policies: policies('s3:*') }).differences).toHaveLength(1);
  });
});

describe('a reference', () => {
  const names: Names = {
    account: '123456789012',
    region: 'eu-central-1',
    stackName: 'audit',
    stackId: 'arn:aws:cloudformation:eu-central-1:123456789012:stack/audit/1',
    exports: { 'audit:Bucket': 'the-bucket' },
    parameters: { Version: '31' },
    resources: {
      Queue: {
        type: 'AWS::SQS::Queue',
        physicalId: 'http://localhost:1/123456789012/audit-Queue',
        properties: {},
      },
      Role: { type: 'AWS::IAM::Role', physicalId: 'writer', properties: { Path: '/bulwark/main/tighten/' } },
      Rule: { type: 'AWS::Events::Rule', physicalId: 'bus|rule', properties: {} },
      Other: { type: 'AWS::Other::Thing', physicalId: 'other', properties: {} },
      Endpoint: {
        type: 'AWS::Other::Thing',
        physicalId: 'e',
        properties: {},
        attributes: { Entries: ['Z1:a', 'Z1:b'] },
      },
    },
    zones: ['eu-central-1a', 'eu-central-1b'],
  };

  test.each([
    [{ Ref: 'Queue' }, 'http://localhost:1/123456789012/audit-Queue'],
    [{ Ref: 'Version' }, '31'],
    [{ Ref: 'AWS::Partition' }, 'aws'],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:eu-central-1:123456789012:audit-Queue'],
    [{ 'Fn::GetAtt': 'Role.Arn' }, 'arn:aws:iam::123456789012:role/bulwark/main/tighten/writer'],
    [{ 'Fn::GetAtt': ['Rule', 'Arn'] }, 'arn:aws:events:eu-central-1:123456789012:rule/bus/rule'],
    [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Region' }]] }, 'arn:eu-central-1'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is CloudFormation's own syntax
    [{ 'Fn::Sub': ['${a}-${Role}-${!x}-${Queue.QueueName}', { a: 'b' }] }, 'b-writer-${x}-audit-Queue'],
    [{ 'Fn::Select': [1, { 'Fn::Split': ['-', 'a-b-c'] }] }, 'b'],
    [{ 'Fn::Select': [0, { 'Fn::GetAtt': ['Endpoint', 'Entries'] }] }, 'Z1:a'],
    [{ 'Fn::Select': [1, { 'Fn::GetAZs': '' }] }, 'eu-central-1b'],
    [{ 'Fn::Cidr': ['10.16.255.0/22', 3, '8'] }, ['10.16.255.0/24', '10.17.0.0/24', '10.17.1.0/24']],
    [{ 'Fn::ImportValue': 'audit:Bucket' }, 'the-bucket'],
    [{ a: [{ Ref: 'AWS::NoValue' }, 1], b: { Ref: 'AWS::NoValue' } }, { a: [1] }],
  ])('%j is resolved', (value, expected) => {
    expect(resolve(value, names)).toEqual(expected);
  });

  test.each([
    [{ Ref: 'Nothing' }, 'Ref Nothing points at nothing that was deployed'],
    [{ 'Fn::GetAtt': ['Other', 'Arn'] }, 'the attribute Arn of Other is not told from outside'],
    [{ 'Fn::ImportValue': 'none' }, 'there is no export none'],
    [{ 'Fn::GetAZs': 'us-east-1' }, 'the zones of us-east-1 are not known'],
    [{ 'Fn::Cidr': ['2001:db8::/56', 1, 64] }, 'Fn::Cidr of 2001:db8::/56 is not resolved here'],
    [{ 'Fn::If': ['a', 1, 2] }, 'Fn::If is not resolved here'],
  ])('%j is not, and says why', (value, reason) => {
    expect(() => resolve(value, names)).toThrow(reason);
  });
});

test('a resource that is missing, unreadable or lost a property is a difference each', async () => {
  const template = {
    Resources: {
      Kept: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 360 } },
      Weakened: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 360 } },
      Broken: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 360 } },
      Missing: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 360 } },
      Unknown: { Type: 'AWS::New::Thing', Properties: { A: 1, B: 2 } },
    },
  };
  const answers = [
    { Stacks: [{ StackId: 'id' }] },
    { Exports: [] },
    {
      StackResources: ['Kept', 'Weakened', 'Broken', 'Unknown'].map((id) => ({
        LogicalResourceId: id,
        PhysicalResourceId: id,
      })),
    },
  ];
  class FakeCloudFormation {
    public destroy(): void {}
    public async send(command: { constructor: { name: string } }): Promise<unknown> {
      const { name } = command.constructor;
      return answers[name.startsWith('DescribeStacks') ? 0 : name.startsWith('ListExports') ? 1 : 2];
    }
  }
  jest.spyOn(FakeCloudFormation.prototype, 'send');
  const { CloudFormationClient } = await import('@aws-sdk/client-cloudformation');
  Object.setPrototypeOf(FakeCloudFormation.prototype, CloudFormationClient.prototype);

  const result = await readBack(
    {
      account: '123456789012',
      client: () => new FakeCloudFormation() as never,
      call: async () => ({}),
      xml: async () => ({}),
    },
    [{ name: 'stack', region: 'eu-central-1', template }],
    {
      'AWS::SQS::Queue': async ({ physicalId }) => {
        if (physicalId === 'Broken') throw new Error('there is no such queue');
        return { VisibilityTimeout: physicalId === 'Kept' ? '360' : '30' };
      },
    },
  );

  expect(result.compared).toBe(2);
  expect(result.differences.map(({ logicalId, property, actual }) => [logicalId, property, actual])).toEqual([
    ['Weakened', 'VisibilityTimeout', '30'],
    ['Broken', '*', 'there is no such queue'],
    ['Missing', '*', 'the stack has no such resource'],
  ]);
  expect(result.notCompared.map(({ property, reason }) => [property, reason])).toEqual([
    ['A', 'nothing reads AWS::New::Thing back'],
    ['B', 'nothing reads AWS::New::Thing back'],
  ]);
});
