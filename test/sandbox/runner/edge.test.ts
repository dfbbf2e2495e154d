import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateSecurityGroupCommand, CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { DescribeSubscriptionCommand, GetSubscriptionStateCommand, ShieldClient } from '@aws-sdk/client-shield';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { TemplateResource } from '../../../sandbox/runner/deploy';
import { SANDBOX_FOLDER } from '../../../sandbox/runner/paths';
import { readBack } from '../../../sandbox/runner/readback';
import { WebAcls } from '../../../sandbox/runner/web-acls';
import { Sandbox } from '../../../sandbox/sandbox';

const VENV = join(SANDBOX_FOLDER, 'venv/bin/python');
const PYTHON = process.env['BULWARK_PYTHON'] ?? (existsSync(VENV) ? VENV : 'python3');
const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';
const STACK = 'edge';

const available = spawnSync(PYTHON, ['-c', 'import moto, botocore'], { stdio: 'ignore' }).status === 0;
const withSandbox = available ? describe : describe.skip;

const METRICS = { SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: 'm' };
const TAGS = [{ Key: 'owner', Value: 'platform' }];
const HEADER = { FieldToMatch: { SingleHeader: { Name: 'x' } }, TextTransformations: [{ Priority: 0, Type: 'NONE' }] };
const ACL = { 'Fn::GetAtt': ['Acl', 'Arn'] };

function trustOf(principal: object): string {
  const statement = { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

function rule(Name: string, Priority: number, Statement: object, action: object = { Action: { Block: {} } }) {
  return { Name, Priority, Statement, VisibilityConfig: METRICS, ...action };
}

function managed(Name: string, more: object) {
  return { ManagedRuleGroupStatement: { VendorName: 'AWS', Name, ...more } };
}

/** A web ACL with one rule of each form that the product uses, and the sets that the rules use. */
function firewall(scope: string) {
  const set = (id: string) => ({ IPSetReferenceStatement: { Arn: { 'Fn::GetAtt': [id, 'Arn'] } } });
  const none = { OverrideAction: { None: {} } };
  const text = { ByteMatchStatement: { ...HEADER, SearchString: 'a b', PositionalConstraint: 'CONTAINS' } };
  const bytes = { ByteMatchStatement: { ...HEADER, SearchStringBase64: 'AAE=', PositionalConstraint: 'EXACTLY' } };
  const challenge = { UsageOfAction: 'ENABLED', ExemptUriRegularExpressions: [{ RegexString: '/api' }] };
  const antiDdos = { ClientSideActionConfig: { Challenge: challenge }, SensitivityToBlock: 'LOW' };
  const expressions = { RegexPatternSetReferenceStatement: { ...HEADER, Arn: { 'Fn::GetAtt': ['Texts', 'Arn'] } } };
  return {
    V4: {
      Type: 'AWS::WAFv2::IPSet',
      Properties: { Scope: scope, IPAddressVersion: 'IPV4', Addresses: ['0.0.0.0/1', '128.0.0.0/1'], Tags: TAGS },
    },
    V6: {
      Type: 'AWS::WAFv2::IPSet',
      Properties: { Name: 'six', Scope: scope, IPAddressVersion: 'IPV6', Addresses: ['::/1', '8000::/1'] },
    },
    Texts: { Type: 'AWS::WAFv2::RegexPatternSet', Properties: { Scope: scope, RegularExpressionList: ['a+', 'b'] } },
    Group: {
      Type: 'AWS::WAFv2::RuleGroup',
      Properties: { Scope: scope, Capacity: 5, VisibilityConfig: METRICS, Rules: [rule('bytes', 0, bytes)] },
    },
    Acl: {
      Type: 'AWS::WAFv2::WebACL',
      Properties: {
        Scope: scope,
        DefaultAction: { Allow: {} },
        Description: 'the edge',
        VisibilityConfig: METRICS,
        TokenDomains: ['example.com'],
        CustomResponseBodies: { no: { ContentType: 'TEXT_PLAIN', Content: 'no' } },
        Tags: TAGS,
        Rules: [
          rule('sets', 0, { OrStatement: { Statements: [set('V4'), { NotStatement: { Statement: set('V6') } }] } }),
          rule('rate', 1, { RateBasedStatement: { Limit: 100, AggregateKeyType: 'IP', ScopeDownStatement: text } }),
          rule(
            'answer',
            2,
            { AndStatement: { Statements: [{ GeoMatchStatement: { CountryCodes: ['AQ'] } }, expressions] } },
            { Action: { Block: { CustomResponse: { ResponseCode: 451, CustomResponseBodyKey: 'no' } } } },
          ),
          rule(
            'common',
            3,
            managed('AWSManagedRulesCommonRuleSet', {
              RuleActionOverrides: [{ Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } }],
              ScopeDownStatement: text,
            }),
            none,
          ),
          rule(
            'ddos',
            4,
            managed('AWSManagedRulesAntiDDoSRuleSet', {
              ManagedRuleGroupConfigs: [{ AWSManagedRulesAntiDDoSRuleSet: antiDdos }],
            }),
            none,
          ),
          rule('group', 5, { RuleGroupReferenceStatement: { Arn: { 'Fn::GetAtt': ['Group', 'Arn'] } } }, none),
        ],
      },
    },
  };
}

/** Where its logs go. */
function logs(bucket: string) {
  const allow = { Effect: 'Allow', Principal: { Service: 'delivery.logs.amazonaws.com' } };
  const arn = { 'Fn::GetAtt': ['Bucket', 'Arn'] };
  const statements = [
    { ...allow, Action: 's3:GetBucketAcl', Resource: arn },
    { ...allow, Action: 's3:PutObject', Resource: { 'Fn::Join': ['', [arn, `/AWSLogs/${ACCOUNT}/*`]] } },
  ];
  const keep = { Behavior: 'KEEP', Requirement: 'MEETS_ANY', Conditions: [{ ActionCondition: { Action: 'BLOCK' } }] };
  return {
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: bucket } },
    Policy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: { Version: '2012-10-17', Statement: statements } },
    },
    Logging: {
      Type: 'AWS::WAFv2::LoggingConfiguration',
      DependsOn: 'Policy',
      Properties: {
        ResourceArn: ACL,
        LogDestinationConfigs: [arn],
        RedactedFields: [{ SingleHeader: { Name: 'cookie' } }, { QueryString: {} }],
        LoggingFilter: { DefaultBehavior: 'DROP', Filters: [keep] },
      },
    },
  };
}

/** What it protects. */
function behind({ vpc, subnets, group }: { vpc: string; subnets: string[]; group: string }) {
  const of = (name: string) => `AWS::ElasticLoadBalancingV2::${name}`;
  const site = { Type: 'HTTPS', FullyQualifiedDomainName: 'example.com', ResourcePath: '/health', FailureThreshold: 3 };
  const metric = { Type: 'CLOUDWATCH_METRIC', AlarmIdentifier: { Name: 'errors', Region: REGION } };
  const refuse = { StatusCode: '403', ContentType: 'text/plain', MessageBody: 'no' };
  const header = { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x-origin', Values: ['new', 'old'] } };
  return {
    Balancer: {
      Type: of('LoadBalancer'),
      Properties: {
        Scheme: 'internet-facing',
        Subnets: subnets,
        SecurityGroups: [group],
        LoadBalancerAttributes: [{ Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' }],
        Tags: TAGS,
      },
    },
    Targets: {
      Type: of('TargetGroup'),
      Properties: {
        VpcId: vpc,
        Port: 8080,
        Protocol: 'HTTP',
        TargetType: 'ip',
        HealthCheckPath: '/health',
        Matcher: { HttpCode: '200' },
        TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }],
      },
    },
    Listener: {
      Type: of('Listener'),
      Properties: {
        LoadBalancerArn: { Ref: 'Balancer' },
        Port: 80,
        Protocol: 'HTTP',
        DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: refuse }],
      },
    },
    Rule: {
      Type: of('ListenerRule'),
      Properties: {
        ListenerArn: { Ref: 'Listener' },
        Priority: 1,
        Conditions: [header],
        Actions: [{ Type: 'forward', TargetGroupArn: { Ref: 'Targets' } }],
      },
    },
    Secret: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: { Description: 'the header', GenerateSecretString: { PasswordLength: 40 }, Tags: TAGS },
    },
    Site: {
      Type: 'AWS::Route53::HealthCheck',
      Properties: {
        HealthCheckConfig: { ...site, Regions: ['us-east-1', 'eu-west-1', 'us-west-2'] },
        HealthCheckTags: TAGS,
      },
    },
    Metric: { Type: 'AWS::Route53::HealthCheck', Properties: { HealthCheckConfig: metric } },
    Association: {
      Type: 'AWS::WAFv2::WebACLAssociation',
      Properties: { ResourceArn: { Ref: 'Balancer' }, WebACLArn: ACL },
    },
  };
}

/** Shield Advanced on it. */
function shield(role: string) {
  const response = { Status: 'ENABLED', Action: { Count: {} } };
  return {
    Protection: {
      Type: 'AWS::Shield::Protection',
      DependsOn: 'Association',
      Properties: {
        Name: 'the door',
        ResourceArn: { Ref: 'Balancer' },
        HealthCheckArns: [{ 'Fn::Join': ['', ['arn:aws:route53:::healthcheck/', { Ref: 'Site' }]] }],
        ApplicationLayerAutomaticResponseConfiguration: response,
        Tags: TAGS,
      },
    },
    Doors: {
      Type: 'AWS::Shield::ProtectionGroup',
      DependsOn: 'Protection',
      Properties: {
        ProtectionGroupId: 'doors',
        Aggregation: 'SUM',
        Pattern: 'ARBITRARY',
        Members: [{ Ref: 'Balancer' }],
      },
    },
    Access: {
      Type: 'AWS::Shield::DRTAccess',
      Properties: { RoleArn: role, LogBucketList: [{ Ref: 'Bucket' }] },
    },
    Engagement: {
      Type: 'AWS::Shield::ProactiveEngagement',
      Properties: {
        ProactiveEngagementStatus: 'ENABLED',
        EmergencyContactList: [{ EmailAddress: 'soc@example.com', PhoneNumber: '+15555550100' }],
      },
    },
  };
}

withSandbox('the edge, deployed', () => {
  jest.setTimeout(60_000);
  let sandbox: Sandbox;
  let template: {
    readonly Resources: Readonly<Record<string, Pick<Required<TemplateResource>, 'Type' | 'Properties'>>>;
  };

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await sandbox.shield(true);
    const network = await makeNetwork();
    const iam = sandbox.client(IAMClient);
    const trust = trustOf({ Service: 'drt.shield.amazonaws.com' });
    await iam.send(new CreateRoleCommand({ RoleName: 'team', AssumeRolePolicyDocument: trust }));
    const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSShieldDRTAccessPolicy';
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'team', PolicyArn }));
    template = {
      Resources: {
        ...firewall('REGIONAL'),
        ...logs('aws-waf-logs-edge'),
        ...behind(network),
        ...shield(`arn:aws:iam::${ACCOUNT}:role/team`),
      },
    };
    await create(REGION, template);
  });

  afterAll(async () => sandbox.stop());

  async function create(region: string, body: object) {
    const cloudformation = sandbox.client(CloudFormationClient, region);
    await cloudformation.send(new CreateStackCommand({ StackName: STACK, TemplateBody: JSON.stringify(body) }));
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: STACK }));
    expect(Stacks?.[0]?.StackStatus).toBe('CREATE_COMPLETE');
  }

  async function makeNetwork() {
    const ec2 = sandbox.client(EC2Client);
    const VpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId ?? '';
    const subnets: string[] = [];
    for (const [index, zone] of ['a', 'b'].entries()) {
      const call = { VpcId, CidrBlock: `10.0.${index}.0/24`, AvailabilityZone: `${REGION}${zone}` };
      subnets.push((await ec2.send(new CreateSubnetCommand(call))).Subnet?.SubnetId ?? '');
    }
    const group = await ec2.send(new CreateSecurityGroupCommand({ GroupName: 'edge', Description: 'edge', VpcId }));
    return { vpc: VpcId, subnets, group: group.GroupId ?? '' };
  }

  const read = () => readBack(sandbox, [{ name: STACK, region: REGION, template }]);

  test('is applied wholly, and tells what the template asked for', async () => {
    const { compared, differences, notCompared } = await read();
    expect(differences).toEqual([]);
    expect(notCompared.map(({ logicalId, property }) => `${logicalId}.${property}`)).toEqual([
      'Secret.GenerateSecretString',
    ]);
    const properties = Object.values(template.Resources).flatMap((each) => Object.keys(each.Properties));
    expect(compared).toBe(properties.length - notCompared.length);
    const report = (await sandbox.report())[STACK];
    const applied = Object.keys(template.Resources).length;
    expect(report).toEqual({ applied, recorded: [], skipped: [], unapplied: [] });
  });

  test('has a web ACL for CloudFront in its own Region', async () => {
    const global = { Resources: firewall('CLOUDFRONT') };
    await create('us-east-1', global);
    const { differences, notCompared } = await readBack(sandbox, [
      { name: STACK, region: 'us-east-1', template: global },
    ]);
    expect([...differences, ...notCompared]).toEqual([]);
    const [acl] = await new WebAcls(sandbox, 'us-east-1', 'CLOUDFRONT').list();
    expect(acl?.arn).toContain(`arn:aws:wafv2:us-east-1:${ACCOUNT}:global/webacl/`);
  });

  test('is asked in XML where a service speaks it, and tells what is wrong', async () => {
    const asked = { Action: 'DescribeLoadBalancers', Version: '2015-12-01', 'Names.member.1': 'nobody' };
    const answer = sandbox.xml(REGION, 'elasticloadbalancing', '/', asked);
    await expect(answer).rejects.toThrow(/^DescribeLoadBalancers: .*does not exist/);
    await expect(sandbox.xml(REGION, 'route53', '/2013-04-01/healthcheck/nobody')).rejects.toThrow(/nobody/);
  });

  test('answers a function about the subscription only if its role may ask', async () => {
    const iam = sandbox.client(IAMClient);
    const [AssumeRolePolicyDocument, RoleName] = [trustOf({ AWS: `arn:aws:iam::${ACCOUNT}:root` }), 'asker'];
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const statement = { Effect: 'Allow', Action: 'shield:GetSubscriptionState', Resource: '*' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'ask', PolicyDocument }));
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${RoleName}`;
    const { Credentials } = await sandbox
      .client(STSClient)
      .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'asker' }));
    const asker = new ShieldClient({
      region: REGION,
      endpoint: sandbox.endpoint,
      maxAttempts: 1,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    });
    const { SubscriptionState } = await asker.send(new GetSubscriptionStateCommand({}));
    expect(SubscriptionState).toBe('ACTIVE');
    await expect(asker.send(new DescribeSubscriptionCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    const described = await sandbox.client(ShieldClient).send(new DescribeSubscriptionCommand({}));
    expect(described.Subscription?.StartTime).toBeInstanceOf(Date);
    asker.destroy();
  });

  test('writes down what an attacker changes, and differs from the template then', async () => {
    const waf = (operation: string, input: object) =>
      sandbox.call(REGION, 'wafv2', `AWSWAF_20190729.${operation}`, input);
    const sets = (await waf('ListIPSets', { Scope: 'REGIONAL' })) as { IPSets: Record<string, string>[] };
    const { ARN, Description, ...six } = sets.IPSets.find(({ Name }) => Name === 'six') ?? {};
    const acls = new WebAcls(sandbox, REGION);
    const [acl] = await acls.list();
    if (!acl) throw new Error('the stack has no web ACL');
    const { next } = await sandbox.events();
    await waf('UpdateIPSet', { ...six, Scope: 'REGIONAL', Addresses: ['2001:db8::/33'] });
    await acls.stopLogging(acl);
    const [resourceArn] = await acls.protectedBy(acl);
    await acls.remove(acl);
    await sandbox.call(REGION, 'shield', 'AWSShield_20160616.DisassociateDRTRole', {});

    const { events } = await sandbox.events(next);
    expect(events).toMatchObject([
      {
        eventSource: 'wafv2.amazonaws.com',
        eventName: 'UpdateIPSet',
        awsRegion: REGION,
        requestParameters: { name: 'six', id: six['Id'], scope: 'REGIONAL', addresses: ['2001:db8::/33'] },
        responseElements: { nextLockToken: expect.any(String) },
      },
      { eventName: 'DeleteLoggingConfiguration', requestParameters: { resourceArn: acl.arn } },
      { eventName: 'DisassociateWebACL', requestParameters: { resourceArn }, responseElements: null },
      { eventName: 'DeleteWebACL', requestParameters: { name: acl.name, id: acl.id, scope: 'REGIONAL' } },
      { eventSource: 'shield.amazonaws.com', eventName: 'DisassociateDRTRole', awsRegion: 'us-east-1' },
    ]);
    const { differences } = await read();
    expect(differences.map(({ logicalId, property }) => `${logicalId}.${property}`).sort()).toEqual([
      'Access.RoleArn',
      'Acl.*',
      'Association.ResourceArn',
      'Association.WebACLArn',
      'Logging.*',
      'V6.Addresses',
    ]);
  });
});
