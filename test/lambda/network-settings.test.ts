import { EC2Client } from '@aws-sdk/client-ec2';
import { Route53ResolverClient } from '@aws-sdk/client-route53resolver';
import { ShieldClient } from '@aws-sdk/client-shield';
import { handler as settings } from '../../lambda/network-settings';
import { handler as subscription } from '../../lambda/shield-subscription';
import { answering } from '../support/remediation';

/** What CloudFormation got. */
let answer: Record<string, unknown> = {};

beforeEach(() => {
  process.env.AWS_REGION = 'eu-central-1';
  answer = {};
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (_, init) => {
    answer = JSON.parse(String(init?.body));
    return new Response();
  });
});
afterEach(() => jest.restoreAllMocks());

function aws(Client: { readonly prototype: { send: unknown } }, answers: Record<string, unknown>) {
  const { send, sent } = answering(answers);
  jest.spyOn(Client.prototype as { send: typeof send }, 'send').mockImplementation(send);
  return sent;
}

const call = async (type: string, properties: object = {}, kind = 'Create') => {
  const handler = type === 'Custom::BulwarkShieldSubscription' ? subscription : settings;
  const event = {
    RequestType: kind,
    ResponseURL: 'https://cloudformation-custom-resource-response.s3.amazonaws.com/answer',
    StackId: 'arn:aws:cloudformation:eu-central-1:123456789012:stack/network/1',
    LogicalResourceId: 'One',
    ResourceType: type,
    ResourceProperties: properties,
  };
  await handler(event, { getRemainingTimeInMillis: () => 60_000 });
  return answer;
};

describe('facts of a Region', () => {
  const PREFIX_LISTS = [
    { PrefixListName: 'com.amazonaws.eu-central-1.dynamodb', PrefixListId: 'pl-dynamodb' },
    { PrefixListName: 'com.amazonaws.eu-central-1.s3', PrefixListId: 'pl-s3' },
  ];
  const MALWARE = 'AWSManagedDomainsMalwareDomainList';

  test('are the prefix lists of gateway endpoints, and the lists of DNS Firewall that AWS manages', async () => {
    const sent = aws(EC2Client, { DescribeManagedPrefixLists: { PrefixLists: PREFIX_LISTS } });
    const asked = aws(Route53ResolverClient, {
      ListFirewallDomainLists: ({ NextToken }: { NextToken?: string }) =>
        NextToken === undefined
          ? { FirewallDomainLists: [{ Name: MALWARE, Id: 'rslvr-fdl-of-somebody' }], NextToken: 'more' }
          : {
              FirewallDomainLists: [
                { Name: MALWARE, Id: 'rslvr-fdl-1', ManagedOwnerName: 'Route 53 Resolver DNS Firewall' },
              ],
            },
    });
    expect(await call('Custom::BulwarkNetworkFacts', { DomainLists: [MALWARE] })).toMatchObject({
      Status: 'SUCCESS',
      Data: { S3PrefixListId: 'pl-s3', DynamoDbPrefixListId: 'pl-dynamodb', [MALWARE]: 'rslvr-fdl-1' },
    });
    expect(sent).toHaveLength(1);
    expect(asked).toHaveLength(2);
  });

  test.each([
    [
      'a prefix list that is not there',
      PREFIX_LISTS.slice(1),
      [],
      'There is no prefix list com.amazonaws.eu-central-1.dynamodb in eu-central-1.',
    ],
    [
      'a list that the Region lacks',
      PREFIX_LISTS,
      [MALWARE],
      `AWS has no managed domain list ${MALWARE} in this Region`,
    ],
  ])('%s fails the deployment', async (_, lists, names, reason) => {
    aws(EC2Client, { DescribeManagedPrefixLists: { PrefixLists: lists } });
    aws(Route53ResolverClient, { ListFirewallDomainLists: { FirewallDomainLists: [] } });
    expect(await call('Custom::BulwarkNetworkFacts', { DomainLists: names })).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining(reason),
    });
  });

  test.each([[undefined], ['text'], [[7]]])('names of lists must be texts, not %j', async (names) => {
    expect(await call('Custom::BulwarkNetworkFacts', { DomainLists: names })).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('DomainLists must be a list of texts'),
    });
  });
});

describe('a default group', () => {
  const RULES = [
    { SecurityGroupRuleId: 'sgr-in', IsEgress: false },
    { SecurityGroupRuleId: 'sgr-out', IsEgress: true },
  ];

  test('loses every rule', async () => {
    const sent = aws(EC2Client, {
      DescribeSecurityGroupRules: { SecurityGroupRules: RULES },
      RevokeSecurityGroupIngress: {},
      RevokeSecurityGroupEgress: {},
    });
    expect(await call('Custom::BulwarkDefaultGroup', { DefaultSecurityGroupId: 'sg-1' })).toMatchObject({
      Status: 'SUCCESS',
    });
    expect(sent.slice(1).map(({ input }) => input)).toEqual([
      { GroupId: 'sg-1', SecurityGroupRuleIds: ['sgr-in'] },
      { GroupId: 'sg-1', SecurityGroupRuleIds: ['sgr-out'] },
    ]);
  });

  test('that is closed is left alone, and so is one whose VPC goes', async () => {
    const sent = aws(EC2Client, { DescribeSecurityGroupRules: { SecurityGroupRules: [] } });
    await call('Custom::BulwarkDefaultGroup', { DefaultSecurityGroupId: 'sg-1' });
    expect(sent).toHaveLength(1);
    expect(await call('Custom::BulwarkDefaultGroup', { DefaultSecurityGroupId: 'sg-1' }, 'Delete')).toMatchObject({
      Status: 'SUCCESS',
    });
    expect(sent).toHaveLength(1);
  });

  describe('of which somebody else takes out a rule meanwhile', () => {
    const gone = Object.assign(new Error('gone'), { name: 'InvalidSecurityGroupRuleId.NotFound' });
    const OTHER = { SecurityGroupRuleId: 'sgr-other', IsEgress: false };

    test('is read anew, as EC2 then took out none, and loses the rest', async () => {
      let rules = [...RULES, OTHER];
      const sent = aws(EC2Client, {
        DescribeSecurityGroupRules: () => ({ SecurityGroupRules: rules }),
        RevokeSecurityGroupIngress: ({ SecurityGroupRuleIds: ids }: { SecurityGroupRuleIds: string[] }) => {
          rules = rules.filter(({ SecurityGroupRuleId: id }) => id !== 'sgr-other');
          return ids.includes('sgr-other') ? gone : {};
        },
        RevokeSecurityGroupEgress: {},
      });
      expect(await call('Custom::BulwarkDefaultGroup', { DefaultSecurityGroupId: 'sg-1' })).toMatchObject({
        Status: 'SUCCESS',
      });
      expect(sent.slice(3).map(({ input }) => input)).toEqual([
        { GroupId: 'sg-1', SecurityGroupRuleIds: ['sgr-in'] },
        { GroupId: 'sg-1', SecurityGroupRuleIds: ['sgr-out'] },
      ]);
    });

    test('again and again, fails the deployment', async () => {
      aws(EC2Client, {
        DescribeSecurityGroupRules: { SecurityGroupRules: RULES },
        RevokeSecurityGroupIngress: gone,
      });
      expect(await call('Custom::BulwarkDefaultGroup', { DefaultSecurityGroupId: 'sg-1' })).toMatchObject({
        Status: 'FAILED',
        Reason: 'Rules of sg-1 change while they are taken out: deploy again.',
      });
    });
  });

  test('that may not be touched fails the deployment', async () => {
    const denied = Object.assign(new Error('not authorized'), { name: 'UnauthorizedOperation' });
    aws(EC2Client, { DescribeSecurityGroupRules: denied });
    expect(await call('Custom::BulwarkDefaultGroup', { DefaultSecurityGroupId: 'sg-1' })).toMatchObject({
      Status: 'FAILED',
      Reason: 'UnauthorizedOperation: not authorized',
    });
  });
});

test.each([
  ['true', 'ENABLED'],
  ['false', 'DISABLED'],
])('DNS Firewall that fails open %s is %s', async (FailOpen, expected) => {
  const sent = aws(Route53ResolverClient, { UpdateFirewallConfig: {} });
  await call('Custom::BulwarkDnsFirewallMode', { VpcId: 'vpc-1', FailOpen });
  expect(sent.map(({ input }) => input)).toEqual([{ ResourceId: 'vpc-1', FirewallFailOpen: expected }]);
});

test.each([{ VpcId: 'vpc-1', FailOpen: 'perhaps' }, { FailOpen: 'true' }])(
  'a mode that means nothing fails: %j',
  async (properties) => {
    const sent = aws(Route53ResolverClient, { UpdateFirewallConfig: {} });
    expect(await call('Custom::BulwarkDnsFirewallMode', properties)).toMatchObject({ Status: 'FAILED' });
    expect(sent).toEqual([]);
  },
);

describe('the subscription of Shield Advanced', () => {
  test('that is there lets the deployment go on, at each deployment', async () => {
    const sent = aws(ShieldClient, { GetSubscriptionState: { SubscriptionState: 'ACTIVE' } });
    expect(await call('Custom::BulwarkShieldSubscription')).toMatchObject({
      Status: 'SUCCESS',
      Data: { State: 'ACTIVE' },
    });
    await call('Custom::BulwarkShieldSubscription', {}, 'Update');
    expect(sent).toHaveLength(2);
  });

  test('that is not there fails it with one sentence, and is never made', async () => {
    const sent = aws(ShieldClient, { GetSubscriptionState: { SubscriptionState: 'INACTIVE' } });
    expect(await call('Custom::BulwarkShieldSubscription')).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^Shield Advanced is not subscribed in account 123456789012: [^.]*\.$/),
    });
    expect(sent.map(({ operation }) => operation)).toEqual(['GetSubscriptionState']);
  });

  test('is not looked at when the protection goes', async () => {
    const sent = aws(ShieldClient, {});
    expect(await call('Custom::BulwarkShieldSubscription', {}, 'Delete')).toMatchObject({ Status: 'SUCCESS' });
    expect(sent).toEqual([]);
  });
});
