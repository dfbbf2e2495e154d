import {
  App,
  aws_certificatemanager as acm,
  aws_cloudfront as cloudfront,
  aws_ec2 as ec2,
  aws_elasticloadbalancingv2 as elbv2,
  aws_secretsmanager as secretsmanager,
  Stack,
  Validations,
} from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { BaselineChecks } from '../../../lib/checks';
import { OriginCloaking, type OriginCloakingProps } from '../../../lib/edge/origin-cloaking';

const env = { account: '123456789012', region: 'us-east-1' };
const NEW = '11111111-1111-1111-1111-111111111111';
const OLD = '00000000-0000-0000-0000-000000000000';

interface Site {
  readonly stack: Stack;
  readonly listener: elbv2.ApplicationListener;
  readonly targets: elbv2.ApplicationTargetGroup;
  readonly prefixList: ec2.IPrefixList;
}

function siteOf(
  defaultAction = elbv2.ListenerAction.fixedResponse(403),
  more: Partial<elbv2.BaseApplicationListenerProps> = {},
): Site {
  const stack = new Stack(new App(), 'Edge', { env });
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 2 });
  const certificates = [
    acm.Certificate.fromCertificateArn(stack, 'Certificate', `arn:aws:acm:us-east-1:123456789012:certificate/x`),
  ];
  const listener = new elbv2.ApplicationLoadBalancer(stack, 'Balancer', { vpc, internetFacing: true }).addListener(
    'Https',
    {
      port: 443,
      certificates,
      open: false,
      defaultAction,
      sslPolicy: elbv2.SslPolicy.RECOMMENDED_TLS,
      ...more,
    },
  );
  const targets = new elbv2.ApplicationTargetGroup(stack, 'Targets', {
    vpc,
    port: 443,
    targetType: elbv2.TargetType.IP,
  });
  const prefixList = ec2.PrefixList.fromPrefixListId(stack, 'CloudFront', 'pl-3b927c52');
  return { stack, listener, targets, prefixList };
}

/** A distribution before a load balancer that accepts no other. */
function cloak(
  props: Partial<OriginCloakingProps> = {},
  site = siteOf(),
): Site & { readonly cloaking: OriginCloaking } {
  const cloaking = new OriginCloaking(site.stack, 'Cloak', { prefixList: site.prefixList, ...props });
  new cloudfront.Distribution(site.stack, 'Distribution', {
    defaultBehavior: { origin: cloaking.origin('k3v9.origin.example.com') },
  });
  cloaking.accept(site.listener, 'Accept', { priority: 10, targetGroups: [site.targets] });
  return { ...site, cloaking };
}

const redirect = elbv2.ListenerAction.redirect({ protocol: 'HTTPS', port: '443' });

/** What CloudFormation resolves: a version of the secret. */
const reference = (version = '') => ({
  'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'OriginCloakingMainSecret' }, `:SecretString:::${version}}}`]],
});

const template = Template.fromStack(cloak().stack);
const rotated = Template.fromStack(cloak({ currentVersion: NEW, previousVersion: OLD }).stack);

describe('a public load balancer', () => {
  test('takes what carries the header, and refuses everything else', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
      Conditions: [
        { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Origin-Proof', Values: [reference()] } },
      ],
      Actions: [{ Type: 'forward', TargetGroupArn: Match.anyValue() }],
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '403' } }],
    });
  });

  test('lets in CloudFront alone, over HTTPS', () => {
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      SourcePrefixListId: 'pl-3b927c52',
      IpProtocol: 'tcp',
      FromPort: 443,
      ToPort: 443,
    });
    template.allResourcesProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: Match.absent() });
  });

  test('is reached over HTTPS by the distribution, which sends the header', () => {
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        Origins: [
          {
            DomainName: 'k3v9.origin.example.com',
            CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
            OriginCustomHeaders: [{ HeaderName: 'X-Origin-Proof', HeaderValue: reference() }],
          },
        ],
      },
    });
  });

  test('has a secret that is kept and holds no wildcard of a listener', () => {
    template.hasResource('AWS::SecretsManager::Secret', {
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: { GenerateSecretString: { PasswordLength: 48, ExcludePunctuation: true } },
    });
    expect(Object.keys(template.findResources('AWS::SecretsManager::Secret'))).toEqual(['OriginCloakingMainSecret']);
  });
});

describe('a rotation', () => {
  test('has listeners accept the new version and the one before, and the distribution send the new one', () => {
    rotated.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
      Conditions: [{ HttpHeaderConfig: { Values: [reference(NEW), reference(OLD)] } }],
    });
    rotated.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: { Origins: [{ OriginCustomHeaders: [{ HeaderValue: reference(NEW) }] }] },
    });
  });

  test('changes what CloudFormation sees, or it would not resolve the secret anew', () => {
    const textOf = (one: Template, type: string) => JSON.stringify(one.findResources(type));
    for (const type of ['AWS::ElasticLoadBalancingV2::ListenerRule', 'AWS::CloudFront::Distribution']) {
      expect(textOf(rotated, type)).not.toBe(textOf(template, type));
    }
  });

  test('changes the listeners before the distribution, wherever they were made', () => {
    const [rule] = Object.keys(rotated.findResources('AWS::ElasticLoadBalancingV2::ListenerRule'));
    const [distribution] = Object.values(rotated.findResources('AWS::CloudFront::Distribution'));
    expect(distribution?.DependsOn).toContain(rule);
  });
});

test('takes a secret and a header that are there', () => {
  const site = siteOf();
  const secret = secretsmanager.Secret.fromSecretCompleteArn(
    site.stack,
    'Existing',
    'arn:aws:secretsmanager:us-east-1:123456789012:secret:origin-a1b2c3',
  );
  const made = Template.fromStack(cloak({ secret, headerName: 'X-Shop' }, site).stack);
  made.resourceCountIs('AWS::SecretsManager::Secret', 0);
  made.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
    Conditions: [
      {
        HttpHeaderConfig: {
          HttpHeaderName: 'X-Shop',
          Values: [
            '{{resolve:secretsmanager:arn:aws:secretsmanager:us-east-1:123456789012:secret:origin-a1b2c3:SecretString:::}}',
          ],
        },
      },
    ],
  });
});

describe('a group that lets in everybody', () => {
  const OPEN =
    /security groups must not let in everybody, or the load balancer can be reached past CloudFront, got (.*): set open: false on the listener Edge\/Balancer\/Https and on the others of Edge\/Balancer, and take such rules out of its groups \(OriginCloaking at Edge\/Cloak\)/;
  const synthesisOf = ({ stack }: Site) => {
    try {
      (stack.node.root as App).synth();
      return undefined;
    } catch (error) {
      return OPEN.exec(String(error))?.[1];
    }
  };
  /** A rule that stands in a stack of its own. */
  const openedElsewhere = (site: Site, open: (group: ec2.ISecurityGroup, stack: Stack) => void) => {
    const [group] = site.listener.loadBalancer.connections.securityGroups as [ec2.ISecurityGroup];
    open(group, new Stack(site.stack.node.root as App, 'Other', { env }));
    return site;
  };

  test('is refused with the default listener of the CDK, which is open', () => {
    expect(synthesisOf(cloak({}, siteOf(undefined, { open: true })))).toBe('0.0.0.0/0');
  });

  test.each<[string, (site: Site) => void, string]>([
    [
      'another listener',
      ({ listener }) => listener.loadBalancer.addListener('Http', { port: 80, defaultAction: redirect }),
      '0.0.0.0/0',
    ],
    [
      'a rule for IPv6',
      ({ listener }) => listener.loadBalancer.connections.allowFrom(ec2.Peer.anyIpv6(), ec2.Port.HTTPS),
      '::/0',
    ],
    [
      'a rule of another stack',
      (site) =>
        openedElsewhere(
          site,
          ({ securityGroupId: groupId }, stack) =>
            new ec2.CfnSecurityGroupIngress(stack, 'Open', { groupId, ipProtocol: '-1', cidrIp: '0.0.0.0/0' }),
        ),
      '0.0.0.0/0',
    ],
    [
      'a group that is added later',
      ({ stack, listener }) => {
        const vpc = stack.node.findChild('Vpc') as ec2.Vpc;
        const group = new ec2.SecurityGroup(stack, 'Later', { vpc });
        group.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS);
        group.addIngressRule(ec2.Peer.anyIpv6(), ec2.Port.HTTPS);
        (listener.loadBalancer as elbv2.ApplicationLoadBalancer).addSecurityGroup(group);
      },
      '0.0.0.0/0 and ::/0',
    ],
  ])('is refused through %s', (_, open, sources) => {
    const site = cloak();
    open(site);
    expect(synthesisOf(site)).toBe(sources);
  });

  test('is not one that lets in a network, nor that of something else', () => {
    const site = cloak();
    site.listener.connections.allowDefaultPortFrom(ec2.Peer.ipv4('192.0.2.0/24'));
    const vpc = site.stack.node.findChild('Vpc') as ec2.Vpc;
    new ec2.SecurityGroup(site.stack, 'Else', { vpc }).addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS);
    expect(() => (site.stack.node.root as App).synth()).not.toThrow();
  });
});

test('a listener of another port is opened and reached there', () => {
  const site = siteOf(undefined, { port: 8443 });
  const cloaking = new OriginCloaking(site.stack, 'Cloak', { prefixList: site.prefixList });
  cloaking.accept(site.listener, 'Accept', { priority: 10, targetGroups: [site.targets] });
  new cloudfront.Distribution(site.stack, 'Distribution', {
    defaultBehavior: { origin: cloaking.origin('k3v9.origin.example.com', 8443) },
  });
  const made = Template.fromStack(site.stack);
  made.resourcePropertiesCountIs('AWS::EC2::SecurityGroupIngress', { FromPort: 8443, ToPort: 8443 }, 1);
  made.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
  made.hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: { Origins: [{ CustomOriginConfig: { HTTPSPort: 8443 } }] },
  });
});

test.each([
  ['an answer of its own', elbv2.ListenerAction.fixedResponse(200)],
  ['a redirect', elbv2.ListenerAction.redirect({ host: 'example.com' })],
])('refuses a listener whose default is %s', (_, action) => {
  const { stack } = cloak({}, siteOf(action));
  expect(() => (stack.node.root as App).synth()).toThrow(
    'listener must refuse by default what does not come from the distribution: give Edge/Balancer/Https a defaultAction such as ListenerAction.fixedResponse(403) (OriginCloaking at Edge/Cloak)',
  );
});

test.each<[string, Partial<OriginCloakingProps>, string]>([
  [
    'an odd header',
    { headerName: 'X Proof' },
    'headerName must be letters, digits and hyphens, at most 40, got "X Proof"',
  ],
  [
    'a stage for a version',
    { currentVersion: 'AWSCURRENT' },
    'currentVersion must be the id of a version of the secret, got "AWSCURRENT"',
  ],
  [
    'an old version alone',
    { previousVersion: OLD },
    'previousVersion needs a currentVersion that is another, got none',
  ],
  [
    'one version twice',
    { currentVersion: OLD, previousVersion: OLD },
    'previousVersion needs a currentVersion that is another',
  ],
  ['an odd qualifier', { qualifier: 'Not-One' }, 'qualifier must be'],
])('refuses %s', (_, props, message) => {
  const { stack, prefixList } = siteOf();
  expect(() => new OriginCloaking(stack, 'Cloak', { prefixList, ...props })).toThrow(message);
});

describe('an internal load balancer', () => {
  const stack = new Stack(new App(), 'Edge', { env });
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 2 });
  const balancer = (id: string, internetFacing: boolean) =>
    new elbv2.ApplicationLoadBalancer(stack, id, { vpc, internetFacing });
  const prefixList = ec2.PrefixList.fromPrefixListId(stack, 'CloudFront', 'pl-3b927c52');
  const domainName = 'shop.internal.example.com';

  test('is an origin over HTTPS, whose group lets in CloudFront', () => {
    new cloudfront.Distribution(stack, 'Distribution', {
      defaultBehavior: { origin: OriginCloaking.vpcOrigin(balancer('Internal', false), { domainName, prefixList }) },
    });
    const made = Template.fromStack(stack);
    made.hasResourceProperties('AWS::CloudFront::VpcOrigin', {
      VpcOriginEndpointConfig: { OriginProtocolPolicy: 'https-only', HTTPSPort: 443, OriginSSLProtocols: ['TLSv1.2'] },
    });
    made.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: { Origins: [{ DomainName: domainName, VpcOriginConfig: { VpcOriginId: Match.anyValue() } }] },
    });
    made.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { SourcePrefixListId: 'pl-3b927c52', FromPort: 443 });
  });

  test('must not be public', () => {
    expect(() => OriginCloaking.vpcOrigin(balancer('Public', true), { domainName })).toThrow(
      'loadBalancer must be internal to be a VPC origin, got a public one: set internetFacing to false, or use OriginCloaking (Edge/Public)',
    );
  });
});

test('holds to the rules of the baseline and of AWS Solutions', () => {
  const app = new App();
  const stack = new Stack(app, 'Edge', { env });
  new OriginCloaking(stack, 'Cloak', {
    prefixList: ec2.PrefixList.fromPrefixListId(stack, 'CloudFront', 'pl-3b927c52'),
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new BaselineChecks(app));
  expect(() => app.synth()).not.toThrow();
});
