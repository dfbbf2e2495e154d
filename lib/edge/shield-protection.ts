import {
  aws_cloudwatch as cloudwatch,
  type CustomResource,
  Duration,
  aws_iam as iam,
  type aws_kms as kms,
  aws_shield as shield,
  type aws_sns as sns,
  Stack,
  Token,
  aws_wafv2 as wafv2,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledgeOwn } from '../private/acknowledge';
import { alarmTopicOf, tell } from '../private/alarm-topic';
import { checkedQualifier } from '../private/names';
import { inId, pin } from '../private/pin';
import { SettingsFunction } from '../private/settings-function';
import { AutomaticResponse, type ProtectedResource } from './protected-resource';

/** Somebody whom the Shield Response Team calls. */
export interface ShieldContact {
  /** Mail address. */
  readonly email: string;
  /** Telephone number in international form (E.164), such as +491234567890. At least one contact needs one. @default - none */
  readonly phone?: string;
  /** When to call this contact rather than another: up to 1,024 letters, digits, spaces and `.,:/()+@_-`. @default - none */
  readonly notes?: string;
}

/** How several protected resources are looked at as one. */
export enum ShieldAggregation {
  /** As the sum of their traffic: where they share it, or take over from each other. */
  SUM = 'SUM',
  /** As its mean: where a load balancer divides it evenly. */
  MEAN = 'MEAN',
  /** As its maximum: where they do not share it. */
  MAX = 'MAX',
}

/** Whom a group holds that is looked at as one. */
export enum ShieldGrouping {
  /** The resources given here, in one group. */
  RESOURCES = 'ARBITRARY',
  /** All resources of the account that Shield protects and that are of the same type, in a group for each type given here. */
  RESOURCE_TYPES = 'BY_RESOURCE_TYPE',
  /** All resources of the account that Shield protects, in one group. */
  ACCOUNT = 'ALL',
}

/** Properties of `ShieldProtection`. */
export interface ShieldProtectionProps {
  /**
   * Distinguishes deployments in one account. 1 to 10 lower-case letters or digits, beginning with a letter.
   *
   * @default 'main'
   */
  readonly qualifier?: string;

  /**
   * That Shield Advanced costs 3,000 USD a month for a year at least, for an organization, and a fee for data besides. Nothing here subscribes:
   * that is done by hand, in the console of AWS Shield. https://aws.amazon.com/shield/pricing/
   *
   * @default false - synthesis fails
   */
  readonly acknowledgeSubscriptionCost?: boolean;

  /**
   * What is protected. An alarm stands where metrics are told: resources of CloudFront and Route 53 need a stack in us-east-1, those of
   * Global Accelerator one in us-west-2.
   */
  readonly resources: ProtectedResource[];

  /**
   * Whether all of them are also looked at as one, by which detection needs less to tell.
   *
   * @default - each by itself
   */
  readonly aggregation?: ShieldAggregation;

  /**
   * Whom that holds. Groups of a type and of the account have one name in an account: ask for them in one stack, or under another
   * qualifier.
   *
   * @default ShieldGrouping.RESOURCES, where `aggregation` is given
   */
  readonly grouping?: ShieldGrouping;

  /**
   * Whether the Shield Response Team may look at web ACLs and write rules, when it is called. Needs a support plan
   * (Business or Enterprise). An account has one such role at most: ask for it in one
   * stack only.
   *
   * @default false
   */
  readonly responseTeamAccess?: boolean;

  /**
   * Whom the Shield Response Team calls by itself, when it sees an event and a health check fails: one to ten. Needs a support plan, and a health check
   * of at least one resource. An account has one such list at most: give it in one stack only.
   *
   * @default - it calls nobody
   */
  readonly contacts?: ShieldContact[];

  /**
   * Told when an attack is seen.
   *
   * @default - a topic is created, to which nobody is subscribed yet
   */
  readonly alarmTopic?: sns.ITopic;

  /**
   * Key of the log of the function that looks for the subscription.
   *
   * @default - the log is encrypted by AWS's key
   */
  readonly encryptionKey?: kms.IKey;
}

interface Group {
  /** What tells it apart from others of this qualifier in the account. */
  readonly id: string;
  readonly kind?: string;
  readonly resourceType?: string;
  readonly members?: string[];
}

/** https://docs.aws.amazon.com/waf/latest/DDOSAPIReference/API_EmergencyContact.html */
const PHONE = /^\+[1-9]\d{1,14}$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const LONGEST_EMAIL = 150;
const NOTES = /^[\w\s.\-,:/()+@]{1,1024}$/;
const MOST_CONTACTS = 10;

/** What stands behind a web ACL. */
const WEB: readonly string[] = ['LoadBalancer', 'Distribution'];

/**
 * Names of types for Shield, and for ids of groups, which have 36 characters: the prefix, a qualifier of ten, and these.
 * https://docs.aws.amazon.com/waf/latest/DDOSAPIReference/API_CreateProtectionGroup.html
 */
const TYPES: Readonly<Record<string, readonly [type: string, inId: string]>> = {
  LoadBalancer: ['APPLICATION_LOAD_BALANCER', 'load-balancers'],
  ElasticIp: ['ELASTIC_IP_ALLOCATION', 'addresses'],
  Distribution: ['CLOUDFRONT_DISTRIBUTION', 'distributions'],
  Accelerator: ['GLOBAL_ACCELERATOR', 'accelerators'],
  HostedZone: ['ROUTE_53_HOSTED_ZONE', 'hosted-zones'],
};

/**
 * Protections of Shield Advanced, with what makes them worth their price: health checks, an automatic response, the Shield Response
 * Team, and an alarm for each.
 *
 * A function looks whether the subscription is there, and fails the deployment with one sentence where it is not; it never
 * subscribes. What Shield adds to a web ACL by itself is left alone.
 *
 * When not to use it: without a subscription that somebody has decided upon. Shield Standard protects everything against floods below
 * HTTP at no charge, `WebFirewall` slows floods of requests, and its `antiDdos` answers them. Not in the Regions of China, which
 * have no Shield, and not where AWS Firewall Manager protects the same resources: a resource has one protection.
 */
export class ShieldProtection extends Construct {
  /** Told when an attack is seen. */
  public readonly alarmTopic: sns.ITopic;
  private readonly subscription: CustomResource;
  private readonly pinned: string;
  private readonly name: string;

  /**
   * @throws Error without `acknowledgeSubscriptionCost`, in a Region of China, for a resource that belongs into another Region, for an
   * automatic response where there is no web ACL, and for contacts that could not be called
   */
  public constructor(scope: Construct, id: string, props: ShieldProtectionProps) {
    super(scope, id);
    const qualifier = checkedQualifier(this, props.qualifier);
    this.pinned = `Shield${inId(qualifier)}`;
    this.name = `bulwark-${qualifier}`;
    this.check(props);
    this.subscription = this.verify(props);
    this.alarmTopic = alarmTopicOf(this, props.alarmTopic);
    this.node.addValidation({ validate: () => this.missingWebAcls(props.resources) });
    const protections = props.resources.map((resource) => this.protect(resource));
    if (props.aggregation !== undefined) this.groups(props.aggregation, protections, props);
    if (props.responseTeamAccess) this.letResponseTeamIn();
    if (props.contacts !== undefined) this.engage(props.contacts, protections);
  }

  private get where(): string {
    return `ShieldProtection at ${this.node.path}`;
  }

  private check(props: ShieldProtectionProps): void {
    const { acknowledgeSubscriptionCost, resources, contacts } = props;
    const stack = Stack.of(this);
    const { region } = stack;
    const isKnown = !Token.isUnresolved(region);
    const problems = [
      !acknowledgeSubscriptionCost &&
        'acknowledgeSubscriptionCost must be true: Shield Advanced costs 3,000 USD a month for a year at least, and a fee for data besides (https://aws.amazon.com/shield/pricing/)',
      isKnown && region.startsWith('cn-') && `there is no AWS Shield in ${region}: leave ShieldProtection out there`,
      resources.length === 0 && 'resources must name what is protected, got none',
      ...resources.map(
        ({ kind, _metricsRegion: wanted, _construct }) =>
          wanted !== undefined &&
          isKnown &&
          region !== wanted &&
          `${kind} ${_construct.node.path} must be protected in a stack in ${wanted}, where its metrics are told, got ${region}`,
      ),
      ...resources.map(
        ({ kind, options, _construct }) =>
          options.automaticResponse !== undefined &&
          !WEB.includes(kind) &&
          `automaticResponse must be left out for ${kind} ${_construct.node.path}: it works through a web ACL`,
      ),
      new Set(resources.map(({ resourceArn }) => JSON.stringify(stack.resolve(resourceArn)))).size < resources.length &&
        'resources must differ: a resource has one protection',
      props.grouping !== undefined && props.aggregation === undefined && 'grouping needs aggregation',
      ...this.contactProblems(contacts, resources),
    ].filter((problem): problem is string => typeof problem === 'string');
    if (problems.length > 0) throw new Error(`${problems.join('; ')} (${this.where})`);
  }

  private contactProblems(
    contacts: ShieldContact[] | undefined,
    resources: readonly ProtectedResource[],
  ): Array<string | false> {
    if (contacts === undefined) return [];
    return [
      (contacts.length === 0 || contacts.length > MOST_CONTACTS) &&
        `contacts must be 1 to ${MOST_CONTACTS}, got ${contacts.length}`,
      contacts.every(({ phone }) => phone === undefined) && 'contacts must have a phone number among them, got none',
      ...contacts.map(
        ({ phone }) =>
          phone !== undefined &&
          !PHONE.test(phone) &&
          `phone must be in international form such as +491234567890, got "${phone}"`,
      ),
      ...contacts.map(
        ({ email }) =>
          (!EMAIL.test(email) || email.length > LONGEST_EMAIL) &&
          `email must be a mail address of up to ${LONGEST_EMAIL} characters, got "${email}"`,
      ),
      ...contacts.map(
        ({ notes }) =>
          notes !== undefined &&
          !NOTES.test(notes) &&
          `notes must be 1 to 1,024 letters, digits, spaces and .,:/()+@_-, got "${notes}"`,
      ),
      resources.every(({ options }) => (options.healthChecks ?? []).length === 0) &&
        'contacts need healthChecks of one resource at least: the Shield Response Team calls when one fails',
    ];
  }

  /** An automatic response works through a web ACL: without one the deployment would fail half-way. */
  private missingWebAcls(resources: readonly ProtectedResource[]): string[] {
    const stack = Stack.of(this);
    const named = (value: unknown) => JSON.stringify(stack.resolve(value));
    const associated = this.node.root.node
      .findAll()
      .filter((one): one is wafv2.CfnWebACLAssociation => one instanceof wafv2.CfnWebACLAssociation)
      .map(({ resourceArn }) => named(resourceArn));
    return resources
      .filter(
        ({ kind, options, resourceArn, _construct }) =>
          kind === 'LoadBalancer' &&
          options.automaticResponse !== undefined &&
          // What another app makes has its web ACL there.
          _construct.node.defaultChild !== undefined &&
          !associated.includes(named(resourceArn)),
      )
      .map(
        ({ _construct }) =>
          `${_construct.node.path} needs a web ACL for its automaticResponse: call WebFirewall.protectLoadBalancer (${this.where})`,
      );
  }

  /** Everything waits for it, so that a deployment without subscription ends before it begins. */
  private verify({ encryptionKey, resources }: ShieldProtectionProps): CustomResource {
    const fn = new SettingsFunction(this, 'Function', {
      handler: 'shield-subscription',
      description: 'Looks whether Shield Advanced is subscribed; never subscribes',
      encryptionKey,
      statements: [
        new iam.PolicyStatement({
          sid: 'Look',
          actions: ['shield:GetSubscriptionState'],
          resources: ['*'], // has no resource level
        }),
      ],
      wildcards: 'The state of the subscription has no resource level',
    });
    return fn.resource(this, 'Subscription', 'Custom::BulwarkShieldSubscription', {
      // CloudFormation asks again only when a property changes: whenever something else is protected.
      Protections: resources.map(idOf),
    });
  }

  private protect(resource: ProtectedResource): shield.CfnProtection {
    const { partition } = Stack.of(this);
    const { options, resourceArn } = resource;
    const id = idOf(resource);
    const { healthChecks = [], automaticResponse } = options;
    const protection = new shield.CfnProtection(this, id, {
      name: `${this.name}-${id}`,
      resourceArn,
      ...(healthChecks.length > 0 && {
        healthCheckArns: healthChecks.map(
          ({ healthCheckId }) => `arn:${partition}:route53:::healthcheck/${healthCheckId}`,
        ),
      }),
      ...(automaticResponse !== undefined && {
        applicationLayerAutomaticResponseConfiguration: {
          status: 'ENABLED',
          action: automaticResponse === AutomaticResponse.BLOCK ? { block: {} } : { count: {} },
        },
      }),
    });
    pin(protection, `${this.pinned}${id}`);
    protection.node.addDependency(this.subscription);
    // Shield adds its rules to a web ACL, so the association, which stands below the resource, has to come first and go last.
    if (automaticResponse !== undefined) protection.node.addDependency(resource._construct);
    this.alarm(id, resource);
    return protection;
  }

  /**
   * Shield tells the metric each minute of an event, and once a day besides: what is missing means that nothing happens.
   * https://docs.aws.amazon.com/waf/latest/developerguide/shield-metrics.html
   */
  private alarm(id: string, { kind, resourceArn, _construct }: ProtectedResource): void {
    const alarm = new cloudwatch.Alarm(this, `${id}Attacked`, {
      alarmDescription: `Shield Advanced sees a DDoS attack on ${kind} ${_construct.node.path}. Look at the event in the console of AWS Shield; switch the web firewall to a higher level where requests are the flood, and call the Shield Response Team where that does not help.`,
      metric: new cloudwatch.Metric({
        namespace: 'AWS/DDoSProtection',
        metricName: 'DDoSDetected',
        dimensionsMap: { ResourceArn: resourceArn },
        statistic: 'Maximum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    tell(this.alarmTopic, alarm);
  }

  private groups(
    aggregation: ShieldAggregation,
    protections: readonly shield.CfnProtection[],
    { resources, grouping = ShieldGrouping.RESOURCES }: ShieldProtectionProps,
  ): void {
    const groups: Readonly<Record<ShieldGrouping, () => Group[]>> = {
      // Ids are of the account: what is global is protected in another Region than the rest, under the same qualifier.
      [ShieldGrouping.RESOURCES]: () => [
        { id: Stack.of(this).region, members: resources.map(({ resourceArn }) => resourceArn) },
      ],
      [ShieldGrouping.RESOURCE_TYPES]: () =>
        [...new Set(resources.map(({ kind }) => kind))].map((kind) => {
          const [resourceType, id] = TYPES[kind] as readonly [string, string];
          return { id, resourceType, kind };
        }),
      [ShieldGrouping.ACCOUNT]: () => [{ id: 'all' }],
    };
    for (const { id, kind = '', ...holds } of groups[grouping]()) {
      const group = new shield.CfnProtectionGroup(this, `${kind}Group`, {
        protectionGroupId: `${this.name}-${id}`,
        aggregation,
        pattern: grouping,
        ...holds,
      });
      pin(group, `${this.pinned}${kind}Group`);
      for (const protection of protections) group.addResourceDependency(protection);
    }
  }

  /** https://docs.aws.amazon.com/waf/latest/DDOSAPIReference/API_AssociateDRTRole.html */
  private letResponseTeamIn(): void {
    const { partition } = Stack.of(this);
    const role = new iam.CfnRole(this, 'ResponseTeamRole', {
      description: 'Lets the Shield Response Team look at web ACLs and write rules, when it is called',
      assumeRolePolicyDocument: new iam.PolicyDocument({
        statements: [
          // Which source Shield states when it takes this role is documented nowhere, hence no condition.
          new iam.PolicyStatement({
            principals: [new iam.ServicePrincipal('drt.shield.amazonaws.com')],
            actions: ['sts:AssumeRole'],
          }),
        ],
      }),
      managedPolicyArns: [`arn:${partition}:iam::aws:policy/service-role/AWSShieldDRTAccessPolicy`],
    });
    acknowledgeOwn(role, {
      rule: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSShieldDRTAccessPolicy]',
      reason: 'The Shield Response Team asks for this managed policy and takes no other',
    });
    const access = new shield.CfnDRTAccess(this, 'ResponseTeamAccess', { roleArn: role.attrArn });
    access.node.addDependency(this.subscription);
  }

  private engage(contacts: readonly ShieldContact[], protections: readonly shield.CfnProtection[]): void {
    const engagement = new shield.CfnProactiveEngagement(this, 'ProactiveEngagement', {
      proactiveEngagementStatus: 'ENABLED',
      emergencyContactList: contacts.map(({ email, phone, notes }) => ({
        emailAddress: email,
        phoneNumber: phone,
        contactNotes: notes,
      })),
    });
    for (const protection of protections) engagement.addResourceDependency(protection);
  }
}

/**
 * The same, wherever a resource stands in the list: a protection under another logical id or name would be made before the one before
 * is removed, and a resource has one. Eight of the forty digits of its address tell it apart.
 */
function idOf({ kind, _construct }: ProtectedResource): string {
  return `${kind}${_construct.node.addr.slice(2, 10)}`;
}
