import {
  App,
  aws_cloudfront as cloudfront,
  aws_ec2 as ec2,
  aws_elasticloadbalancingv2 as elbv2,
  aws_globalaccelerator as globalaccelerator,
  aws_route53 as route53,
  Stack,
  aws_wafv2 as wafv2,
} from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AutomaticResponse, ProtectedResource, type WebProtectionOptions } from '../../../lib/edge/protected-resource';
import {
  ShieldAggregation,
  ShieldGrouping,
  ShieldProtection,
  type ShieldProtectionProps,
} from '../../../lib/edge/shield-protection';

const LOAD_BALANCER = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/0123456789abcdef';

const CONTACT = { email: 'soc@example.com', phone: '+491234567890' };
const ACCELERATOR = 'arn:aws:globalaccelerator::123456789012:accelerator/1234abcd-abcd-1234-abcd-1234abcdefgh';

function stackIn(region: string): Stack {
  return new Stack(new App(), 'Edge', { env: { account: '123456789012', region } });
}

function loadBalancerOf(stack: Stack): elbv2.IApplicationLoadBalancer {
  return elbv2.ApplicationLoadBalancer.fromApplicationLoadBalancerAttributes(stack, 'Web', {
    loadBalancerArn: LOAD_BALANCER,
    securityGroupId: 'sg-0123456789abcdef0',
  });
}

function shieldOf(stack: Stack, props: Partial<ShieldProtectionProps> = {}): ShieldProtection {
  return new ShieldProtection(stack, 'Shield', {
    acknowledgeSubscriptionCost: true,
    ...props,
    resources: props.resources ?? [ProtectedResource.loadBalancer(loadBalancerOf(stack))],
  });
}

describe('in the Region of what it protects', () => {
  const stack = stackIn('eu-central-1');
  const healthChecks = [route53.HealthCheck.fromHealthCheckId(stack, 'Health', '11111111-2222-4333-8444-555555555555')];
  shieldOf(stack, {
    resources: [
      ProtectedResource.loadBalancer(loadBalancerOf(stack), {
        healthChecks,
        automaticResponse: AutomaticResponse.COUNT,
      }),
      ProtectedResource.elasticIp(new ec2.CfnEIP(stack, 'Address')),
    ],
    aggregation: ShieldAggregation.SUM,
    responseTeamAccess: true,
    contacts: [{ email: 'soc@example.com', phone: '+491234567890', notes: 'Day and night' }],
  });
  const template = Template.fromStack(stack);

  test('protects each resource, with its health and its automatic response', () => {
    template.hasResourceProperties('AWS::Shield::Protection', {
      ResourceArn: LOAD_BALANCER,
      HealthCheckArns: [
        {
          'Fn::Join': [
            '',
            ['arn:', { Ref: 'AWS::Partition' }, ':route53:::healthcheck/11111111-2222-4333-8444-555555555555'],
          ],
        },
      ],
      ApplicationLayerAutomaticResponseConfiguration: { Status: 'ENABLED', Action: { Count: {} } },
    });
    template.hasResourceProperties('AWS::Shield::Protection', {
      ResourceArn: {
        'Fn::Join': [
          '',
          Match.arrayWith([
            ':ec2:eu-central-1:123456789012:eip-allocation/',
            { 'Fn::GetAtt': ['Address', 'AllocationId'] },
          ]),
        ],
      },
      ApplicationLayerAutomaticResponseConfiguration: Match.absent(),
    });
  });

  test('nothing is protected before the subscription was looked at', () => {
    const [subscription] = Object.keys(template.findResources('Custom::BulwarkShieldSubscription'));
    const protections = Object.values(template.findResources('AWS::Shield::Protection'));
    expect(protections).toHaveLength(2);
    for (const { DependsOn } of protections) expect(DependsOn).toContain(subscription);
    const access = Object.values(template.findResources('AWS::Shield::DRTAccess'));
    expect(access).toHaveLength(1);
    for (const { DependsOn } of access) expect(DependsOn).toContain(subscription);
  });

  test('the function may look at the subscription, and at nothing else of Shield', () => {
    const policies = JSON.stringify(template.findResources('AWS::IAM::Role'));
    expect([...policies.matchAll(/shield:\w+/g)].map(([action]) => action)).toEqual(['shield:GetSubscriptionState']);
  });

  test('an alarm tells of an attack on each resource, and silence is none', () => {
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms).toHaveLength(2);
    for (const { Properties } of alarms) {
      expect(Properties).toMatchObject({
        Namespace: 'AWS/DDoSProtection',
        MetricName: 'DDoSDetected',
        TreatMissingData: 'notBreaching',
        Period: 60,
      });
      expect(Properties.AlarmActions).toHaveLength(1);
    }
  });

  test('looks at them as one, lets the response team in, and names whom it calls', () => {
    template.hasResourceProperties('AWS::Shield::ProtectionGroup', {
      ProtectionGroupId: 'bulwark-main-eu-central-1',
      Aggregation: 'SUM',
      Pattern: 'ARBITRARY',
      Members: Match.arrayWith([LOAD_BALANCER]),
    });
    template.hasResourceProperties('AWS::Shield::DRTAccess', { RoleArn: Match.anyValue() });
    template.hasResourceProperties('AWS::Shield::ProactiveEngagement', {
      ProactiveEngagementStatus: 'ENABLED',
      EmergencyContactList: [
        { EmailAddress: 'soc@example.com', PhoneNumber: '+491234567890', ContactNotes: 'Day and night' },
      ],
    });
  });

  test('logical ids of protections are pinned', () => {
    expect(Object.keys(template.findResources('AWS::Shield::Protection'))).toEqual([
      expect.stringMatching(/^ShieldMainLoadBalancer[0-9a-f]{8}$/),
      expect.stringMatching(/^ShieldMainElasticIp[0-9a-f]{8}$/),
    ]);
  });
});

test('what is told in us-east-1 is protected there', () => {
  const stack = stackIn('us-east-1');
  const distribution = cloudfront.Distribution.fromDistributionAttributes(stack, 'Cdn', {
    distributionId: 'E1234567890ABC',
    domainName: 'd111111abcdef8.cloudfront.net',
  });
  const zone = route53.HostedZone.fromHostedZoneId(stack, 'Zone', 'Z0123456789ABCDEFGHIJ');
  shieldOf(stack, {
    resources: [
      ProtectedResource.distribution(distribution, { automaticResponse: AutomaticResponse.BLOCK }),
      ProtectedResource.hostedZone(zone),
    ],
  });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Shield::Protection', {
    ApplicationLayerAutomaticResponseConfiguration: { Status: 'ENABLED', Action: { Block: {} } },
  });
  template.resourceCountIs('AWS::Shield::Protection', 2);
  template.resourceCountIs('AWS::Shield::ProactiveEngagement', 0);
  template.resourceCountIs('AWS::Shield::DRTAccess', 0);
});

test('a protection stays what it is when another one goes, as a resource has one, and the subscription is looked at again', () => {
  const templateOf = (...names: string[]) => {
    const stack = stackIn('eu-central-1');
    shieldOf(stack, { resources: names.map((name) => ProtectedResource.elasticIp(new ec2.CfnEIP(stack, name))) });
    return Template.fromStack(stack);
  };
  const protections = (template: Template) => Object.entries(template.findResources('AWS::Shield::Protection'));
  const [before, after] = [templateOf('First', 'Second'), templateOf('Second')];
  expect(protections(after)).toEqual(protections(before).slice(1));
  const [asked, askedAgain] = [before, after].map((template) =>
    template.findResources('Custom::BulwarkShieldSubscription'),
  );
  expect(askedAgain).not.toEqual(asked);
});

describe('groups', () => {
  const groupsOf = (props: Partial<ShieldProtectionProps>) => {
    const stack = stackIn('eu-central-1');
    shieldOf(stack, {
      qualifier: 'abcdefghij',
      aggregation: ShieldAggregation.MAX,
      resources: [
        ProtectedResource.loadBalancer(loadBalancerOf(stack)),
        ProtectedResource.elasticIp(new ec2.CfnEIP(stack, 'One')),
        ProtectedResource.elasticIp(new ec2.CfnEIP(stack, 'Other')),
      ],
      ...props,
    });
    const groups = Object.values(Template.fromStack(stack).findResources('AWS::Shield::ProtectionGroup'));
    return groups.map(({ Properties }) => Properties);
  };

  test('of resource types hold all of a type, once each', () => {
    const same = { Aggregation: 'MAX', Pattern: 'BY_RESOURCE_TYPE' };
    expect(groupsOf({ grouping: ShieldGrouping.RESOURCE_TYPES })).toEqual([
      { ...same, ProtectionGroupId: 'bulwark-abcdefghij-load-balancers', ResourceType: 'APPLICATION_LOAD_BALANCER' },
      { ...same, ProtectionGroupId: 'bulwark-abcdefghij-addresses', ResourceType: 'ELASTIC_IP_ALLOCATION' },
    ]);
  });

  test('of the account are one', () => {
    expect(groupsOf({ grouping: ShieldGrouping.ACCOUNT })).toEqual([
      { ProtectionGroupId: 'bulwark-abcdefghij-all', Aggregation: 'MAX', Pattern: 'ALL' },
    ]);
  });

  test('are asked for by what they add up', () => {
    expect(() => groupsOf({ grouping: ShieldGrouping.ACCOUNT, aggregation: undefined })).toThrow(
      'grouping needs aggregation (ShieldProtection at Edge/Shield)',
    );
  });
});

test.each<[string, (stack: Stack) => Partial<ShieldProtectionProps>, string]>([
  [
    'the price not acknowledged',
    () => ({ acknowledgeSubscriptionCost: undefined }),
    'acknowledgeSubscriptionCost must be true: Shield Advanced costs 3,000 USD a month for a year',
  ],
  ['nothing to protect', () => ({ resources: [] }), 'resources must name what is protected, got none'],
  [
    'one resource twice',
    (stack) => {
      const web = ProtectedResource.loadBalancer(loadBalancerOf(stack));
      return { resources: [web, web] };
    },
    'resources must differ',
  ],
  [
    'one resource twice, by its ARN',
    (stack) => ({
      resources: ['One', 'Same'].map((id) =>
        ProtectedResource.hostedZone(route53.HostedZone.fromHostedZoneId(stack, id, 'Z1')),
      ),
    }),
    'resources must differ',
  ],
  [
    'an automatic response where there is no web ACL',
    (stack) => {
      const options: WebProtectionOptions = { automaticResponse: AutomaticResponse.COUNT };
      return { resources: [ProtectedResource.elasticIp(new ec2.CfnEIP(stack, 'Other'), options)] };
    },
    'automaticResponse must be left out for ElasticIp Edge/Other: it works through a web ACL',
  ],
  [
    'a hosted zone elsewhere than in us-east-1',
    (stack) => ({
      resources: [ProtectedResource.hostedZone(route53.HostedZone.fromHostedZoneId(stack, 'Zone', 'Z1'))],
    }),
    'HostedZone Edge/Zone must be protected in a stack in us-east-1, where its metrics are told, got eu-central-1',
  ],
  ['nobody to call', () => ({ contacts: [] }), 'contacts must be 1 to 10, got 0'],
  ['too many to call', () => ({ contacts: Array(11).fill(CONTACT) }), 'contacts must be 1 to 10, got 11'],
  [
    'no telephone',
    () => ({ contacts: [{ email: 'soc@example.com' }] }),
    'contacts must have a phone number among them',
  ],
  [
    'a number of this country',
    () => ({ contacts: [{ email: 'soc@example.com', phone: '0123 456' }] }),
    'got "0123 456"',
  ],
  [
    'a mail address that is none',
    () => ({ contacts: [{ email: 'soc', phone: '+491234567890' }] }),
    'email must be a mail address of up to 150 characters, got "soc"',
  ],
  [
    'a mail address that is too long',
    () => ({ contacts: [{ ...CONTACT, email: `${'x'.repeat(139)}@example.com` }] }),
    'email must be a mail address of up to 150 characters, got "xxx',
  ],
  [
    'notes that Shield does not take',
    () => ({ contacts: [{ ...CONTACT, notes: 'Day & night' }] }),
    'notes must be 1 to 1,024 letters, digits, spaces and .,:/()+@_-, got "Day & night"',
  ],
  [
    'contacts without a health check',
    () => ({ contacts: [CONTACT] }),
    'contacts need healthChecks of one resource at least',
  ],
])('%s: refused', (_, propsOf, message) => {
  const stack = stackIn('eu-central-1');
  const attempt = () =>
    shieldOf(stack, { resources: [ProtectedResource.elasticIp(new ec2.CfnEIP(stack, 'Address'))], ...propsOf(stack) });
  expect(attempt).toThrow(message);
});

test('an automatic response needs a web ACL before the load balancer', () => {
  const stack = stackIn('eu-central-1');
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-1',
    availabilityZones: ['a', 'b'],
    publicSubnetIds: ['subnet-1', 'subnet-2'],
  });
  const web = new elbv2.ApplicationLoadBalancer(stack, 'Web', { vpc, internetFacing: true });
  shieldOf(stack, {
    resources: [ProtectedResource.loadBalancer(web, { automaticResponse: AutomaticResponse.BLOCK })],
  });
  const synthesis = () => (stack.node.root as App).synth();
  expect(synthesis).toThrow('Edge/Web needs a web ACL for its automaticResponse: call WebFirewall.protectLoadBalancer');
  new wafv2.CfnWebACLAssociation(web, 'Association', { resourceArn: web.loadBalancerArn, webAclArn: 'arn' });
  expect(synthesis).not.toThrow();
});

test('what Global Accelerator does is told in us-west-2', () => {
  const stack = stackIn('us-west-2');
  const accelerator = globalaccelerator.Accelerator.fromAcceleratorAttributes(stack, 'Accelerator', {
    acceleratorArn: ACCELERATOR,
    dnsName: 'a1234567890abcdef.awsglobalaccelerator.com',
  });
  shieldOf(stack, { resources: [ProtectedResource.accelerator(accelerator)] });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Shield::Protection', { ResourceArn: ACCELERATOR });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Dimensions: [{ Name: 'ResourceArn', Value: ACCELERATOR }],
  });
});

test('there is none in China', () => {
  const stack = stackIn('cn-north-1');
  expect(() => shieldOf(stack)).toThrow(
    'there is no AWS Shield in cn-north-1: leave ShieldProtection out there (ShieldProtection at Edge/Shield)',
  );
});
