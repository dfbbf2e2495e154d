import type {
  aws_apigateway as apigateway,
  aws_appsync as appsync,
  aws_cloudfront as cloudfront,
  aws_cognito as cognito,
  aws_elasticloadbalancingv2 as elbv2,
} from 'aws-cdk-lib';
import {
  Annotations,
  Aspects,
  aws_cloudwatch as cloudwatch,
  type IResource,
  type ResourceEnvironment,
  Stack,
  Token,
  aws_wafv2 as wafv2,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { LogArchive, LogBucketKind } from '../audit/log-archive';
import type { IClock } from '../checks/acknowledgements';
import { ALLOW, DYNAMIC, MANUAL, SWITCH } from '../controls/edge';
import { checkedQualifier } from '../private/names';
import { inId, pin } from '../private/pin';
import { admittedBy } from './admitted';
import { CAPACITY_IN_PRICE, CAPACITY_LIMIT, CAPACITY_OF_SHIELD, capacityOf, surchargeSteps } from './capacity';
import { familyOf, IpSets } from './ip-sets';
import { ManagedGroups } from './managed-groups';
import { countUntilTags, holdToDates } from './staging';
import type { ForwardedIp } from './statements';
import { LOGGING_FILTER, protectedData, secretHeaders, wafBucketName } from './web-firewall-logs';
import {
  AllowListMode,
  AnonymousIpAction,
  type AntiDdosOptions,
  BotControlLevel,
  type FirewallIpSetPair,
  FirewallScope,
  type ForwardedIpOptions,
  type GeoRestriction,
  ManagedRuleGroup,
  type ManagedRuleOverride,
  type RateLimits,
  type StagedRule,
  TrafficLevel,
} from './web-firewall-options';
import { type FirewallSettings, GROUP_RULES, type NamedRule, type RuleName, rulesOf } from './web-firewall-rules';

/** Properties of `WebFirewall`. */
export interface WebFirewallProps {
  /**
   * Distinguishes firewalls of one scope in an account and Region. 1 to 10 lower-case letters or digits, beginning with a letter.
   * One of each scope may share it in us-east-1 if they are given one `archive`.
   *
   * @default 'main'
   */
  readonly qualifier?: string;

  /**
   * What it stands before.
   *
   * @default FirewallScope.REGIONAL
   */
  readonly scope?: FirewallScope;

  /**
   * Archive whose waf bucket takes the logs. It has to be in the Region of the firewall, us-east-1 for CloudFront: its policy
   * lets in what is delivered from its own Region alone.
   *
   * @default - a `LogArchive` of waf and access buckets is created and retained
   */
  readonly archive?: LogArchive;

  /**
   * Whether requests that no rule matched are logged too. They are most of the traffic, and of the bill for logs.
   *
   * @default false - what was blocked, counted, challenged or asked to solve a puzzle is logged
   */
  readonly logAllowed?: boolean;

  /**
   * Headers whose values are kept out of the logs and the sampled requests, besides `authorization` and `cookie`.
   *
   * @default - none
   */
  readonly redactedHeaders?: string[];

  /**
   * Whether query strings are kept out of the logs and the sampled requests. Turn it on where they carry secrets or personal data.
   *
   * @default false
   */
  readonly redactQueryString?: boolean;

  /**
   * How many requests one address may send.
   *
   * @default - 10,000 in five minutes; 2,000 from T2, 500 from T3, 100 costly ones from T4
   */
  readonly rateLimits?: RateLimits;

  /**
   * Begins of the paths whose requests are costly, for the limit of T4: `/search`, `/login`. Upper and lower case are the same.
   *
   * @default - requests that change something (POST, PUT, PATCH, DELETE), whatever the path: a limit of 100 on everything would
   * stop browsers, which load as many files with a page
   */
  readonly costlyPaths?: string[];

  /**
   * Addresses that are trusted, in CIDR notation. Leave it out to keep the list by hand.
   *
   * Fill it before T5 is ever switched on, with yourself, your monitoring and the health checkers of Route 53, whose addresses AWS
   * publishes (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/route-53-ip-addresses.html): with an empty one T5 blocks
   * everybody, and health checks that fail may turn DNS records elsewhere.
   *
   * @default - none
   */
  readonly allowList?: string[];

  /**
   * What it means to be on the allow-list. `PASS` cannot be had with `forwardedIp`: a header could talk its way past everything.
   *
   * @default AllowListMode.SPARE
   */
  readonly allowListMode?: AllowListMode;

  /**
   * Addresses that are blocked, in CIDR notation. Leave it out to keep the list by hand.
   *
   * @default - none
   */
  readonly blockList?: string[];

  /**
   * What becomes of requests from anonymous and hosted sources. Among them are the VPNs of honest people, and other companies'
   * servers.
   *
   * @default AnonymousIpAction.COUNT
   */
  readonly anonymousIps?: AnonymousIpAction;

  /**
   * Adds the Anti-DDoS group, never behind a switch. Billed besides: by month, and by request.
   *
   * @default - the group is left out
   */
  readonly antiDdos?: AntiDdosOptions;

  /**
   * Adds Bot Control. Billed besides: by month, and by request.
   *
   * @default - the group is left out
   */
  readonly botControl?: BotControlLevel;

  /**
   * Countries from which requests may come or may not.
   *
   * @default - all may
   */
  readonly geo?: GeoRestriction;

  /**
   * Origins whose pages may send requests that change something, such as `https://www.example.com`: one that carries an
   * `Origin` header with another value is blocked, which stands in the way of cross-site request forgery. Name your own. Requests
   * without the header, such as those of servers, are let through; `Origin: null` is another value.
   *
   * @default - origins are not looked at
   */
  readonly allowedOrigins?: string[];

  /**
   * Begins of the paths that take uploads: there, and nowhere else, a body may be larger than the 8 KB that the core rules allow.
   * AWS WAF does not see what lies beyond.
   *
   * @default - none; larger bodies are blocked everywhere
   */
  readonly uploadPaths?: string[];

  /**
   * Takes the source from a header, for load balancers behind a proxy that writes the header anew, and past which nobody gets.
   * Never behind CloudFront, which appends to what clients write: put a firewall of scope CLOUDFRONT before the distribution.
   *
   * IP sets look at the last address of the header by default. Rate limits always count by the first one, whatever `position`
   * says, because AWS WAF knows no other for them: where the proxy appends, clients choose it and are never limited. Requests
   * without the header escape the rate limits and IP sets, since AWS WAF applies no such rule to them; one whose header holds no
   * address is blocked. Managed groups look at the connection's address all the same.
   *
   * @default - the address that the connection comes from
   */
  readonly forwardedIp?: ForwardedIpOptions;

  /**
   * Managed groups, or rules of them, that only count until a date, at most 180 days ahead: how a firewall is put before an
   * application that lives.
   *
   * @default - none; all act at once
   */
  readonly staging?: StagedRule[];

  /**
   * Actions of rules of managed groups that are not what AWS chose. To let one only count, stage it; none lets requests past the
   * rules that follow.
   *
   * @default - none
   */
  readonly overrides?: ManagedRuleOverride[];

  /**
   * Whether Shield Advanced answers floods in this web ACL by itself. Keeps the capacity free that it takes; the rule group is
   * added by AWS, and nothing here touches it.
   *
   * @default false
   */
  readonly shieldAutomaticResponse?: boolean;

  /**
   * Tells the day on which dates are looked at.
   *
   * @default - the system's clock
   */
  readonly clock?: IClock;
}

const CLOUDFRONT_REGION = 'us-east-1';

/** AWS WAF takes limits within these. https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html */
const LIMITS = { least: 10, most: 2_000_000_000 } as const;

/** Data protection takes no longer name. https://docs.aws.amazon.com/waf/latest/APIReference/API_FieldToProtect.html */
const HEADER = /^[A-Za-z0-9-]{1,64}$/;

/** AWS WAF compares at most 200 bytes. */
const PATH = /^\/[^?#\s]{0,199}$/;

const ORIGIN = /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/;

const ALWAYS_THERE = [
  ManagedRuleGroup.IP_REPUTATION,
  ManagedRuleGroup.ANONYMOUS_IPS,
  ManagedRuleGroup.CORE,
  ManagedRuleGroup.KNOWN_BAD_INPUTS,
  ManagedRuleGroup.SQL_INJECTION,
];

/**
 * A web firewall: a web ACL of AWS WAF with its rules in a fixed order, its IP sets and its logs.
 *
 * In this order: allow-list, manual blocks, dynamic blocks, addresses on trial, five switched levels, a limit that is always
 * on, the managed groups of AWS (IP reputation, anonymous sources, core rules, known bad inputs, SQL injection), and what is
 * asked for besides. Everything else is let through.
 *
 * A level is switched on without a deployment, by filling its IP sets with everybody's addresses (`0.0.0.0/1`, `128.0.0.0/1`,
 * `::/1`, `8000::/1`), and off by emptying them; T4 is on when T2, T3 and T4 are filled. Never change the web ACL itself at run
 * time: Shield Advanced keeps a rule group of its own there, which CloudFormation does not show.
 *
 * Costs (list prices of us-east-1 in summer 2026, https://aws.amazon.com/waf/pricing/): 5 USD a month for the web ACL, 1 USD
 * for each rule, 20 USD with the 15 rules of the defaults, and 0.60 USD for a million requests, with 0.20 USD more for each
 * 500 units of capacity above 1,500; Bot Control and Anti-DDoS cost a fee besides, and so do challenges that are answered.
 *
 * What it may break: uploads over 8 KB (`uploadPaths`), clients without a user agent, links to files such as `.log` or `.ini`,
 * bodies that look like SQL or scripts, which editors of such content send. Begin with `staging` before an application that
 * lives. From T3 on, browsers of suspects that run no script cannot open pages, over plain HTTP not even others: a challenge
 * needs HTTPS. T5 without an allow-list blocks everybody, health checkers of Route 53 included.
 *
 * Only what a browser asks for when it opens a page is challenged (`GET` that accepts `text/html`), since nothing else can answer.
 * API clients that are suspects pass at T3 and T4, within the limits of the levels and by the managed groups; so does whoever
 * poses as one. To stop them instead, set `anonymousIps` to `BLOCK`, or override `AWSManagedIPDDoSList` with `BLOCK`.
 *
 * Logical ids are pinned to `Firewall<Qualifier>WebAcl`, `Firewall<Qualifier>Logging` and
 * `Firewall<Qualifier>{AllowList,ManualBlock,DynamicBlock,Canary,SwitchT2,SwitchT3,SwitchT4,SwitchT5}{V4,V6}`, with
 * `CloudFrontFirewall` in place of `Firewall` for that scope: under another id a new web ACL would protect nothing, and new sets
 * would begin empty.
 *
 * When not to use it: where AWS Firewall Manager gives the resource a web ACL already, since a resource has one at most. For
 * floods below HTTP, which AWS WAF does not see.
 */
export class WebFirewall extends Construct {
  /** ARN of the web ACL, for `webAclId` of a CloudFront distribution. */
  public readonly webAclArn: string;
  /** What it stands before. */
  public readonly firewallScope: FirewallScope;
  /** Name under which the web ACL counts in CloudWatch. */
  public readonly metricName: string;
  /** Capacity units that the rules take, at most: AWS WAF may count less where rules share transformations. */
  public readonly capacity: number;
  /** Capacity units that are kept free for Shield Advanced. */
  public readonly reservedCapacity: number;
  /** Takes the logs. */
  public readonly archive: LogArchive;
  /** Addresses that are trusted. */
  public readonly allowListSet: FirewallIpSetPair;
  /** Addresses that people block. */
  public readonly manualBlockSet: FirewallIpSetPair;
  /** Addresses that are blocked at run time. Empty in the template: a deployment that touches it empties it. */
  public readonly dynamicBlockSet: FirewallIpSetPair;
  /** Addresses on trial, which are counted before they are blocked. Empty in the template. */
  public readonly canarySet: FirewallIpSetPair;

  private readonly switches: Readonly<Record<TrafficLevel, IpSets>>;
  /** Whether the source is the one that the connection comes from, which may be a proxy. */
  private readonly seesProxies: boolean;

  /**
   * @throws Error when the scope is not available in the Region, a value is out of range, a staged rule or an override
   * contradicts another, the rules take more capacity than AWS allows, or another archive has the name of the one to be created
   */
  public constructor(scope: Construct, id: string, props: WebFirewallProps = {}) {
    super(scope, id);
    const qualifier = checkedQualifier(this, props.qualifier);
    this.firewallScope = props.scope ?? FirewallScope.REGIONAL;
    this.metricName = `bulwark-${qualifier}`;
    this.check(props);
    const prefix = this.firewallScope === FirewallScope.CLOUDFRONT ? 'CloudFrontFirewall' : 'Firewall';
    const pinned = `${prefix}${inId(qualifier)}`;
    const createSets = (name: string, kind: string, description: string, addresses: readonly string[] = []) =>
      new IpSets(this, name, {
        scope: this.firewallScope,
        description,
        kind,
        pinned: `${pinned}${name}`,
        addresses,
      });
    const allow = createSets('AllowList', ALLOW, 'Addresses that are trusted', props.allowList);
    const manual = createSets('ManualBlock', MANUAL, 'Addresses that people block', props.blockList);
    const dynamic = createSets('DynamicBlock', DYNAMIC, 'Addresses that are blocked at run time');
    const canary = createSets('Canary', DYNAMIC, 'Addresses on trial that are counted before they are blocked');
    const createSwitch = (level: TrafficLevel) =>
      createSets(`Switch${level}`, SWITCH, `Everybody when traffic level ${level} is on or nobody when it is off`);
    this.switches = {
      [TrafficLevel.T2]: createSwitch(TrafficLevel.T2),
      [TrafficLevel.T3]: createSwitch(TrafficLevel.T3),
      [TrafficLevel.T4]: createSwitch(TrafficLevel.T4),
      [TrafficLevel.T5]: createSwitch(TrafficLevel.T5),
    };
    this.allowListSet = allow;
    this.manualBlockSet = manual;
    this.dynamicBlockSet = dynamic;
    this.canarySet = canary;

    const { T2: t2, T3: t3, T4: t4, T5: t5 } = this.switches;
    const rules = rulesOf(this.settingsOf(props, { allow, manual, dynamic, canary, t2, t3, t4, t5 }));
    this.reservedCapacity = props.shieldAutomaticResponse ? CAPACITY_OF_SHIELD : 0;
    this.capacity = rules.reduce((sum, { statement }) => sum + capacityOf(statement), 0);
    this.checkCapacity();

    this.webAclArn = this.createWebAcl(`${pinned}WebAcl`, rules, props);
    holdToDates(this, props.staging ?? [], this.where, props.clock);
    this.archive = props.archive ?? this.createArchive(qualifier);
    this.seesProxies = props.forwardedIp === undefined;
    this.log(`${pinned}Logging`, props);
  }

  /**
   * The IP sets that switch a level on.
   *
   * @param level the level
   */
  public switchSet(level: TrafficLevel): FirewallIpSetPair {
    return this.switches[level];
  }

  /**
   * Puts the firewall before an Application Load Balancer.
   *
   * Not before one behind CloudFront: there every request comes from an edge server, so that a limit stops all the visitors of one,
   * and blocks and the allow-list find nobody. Put a firewall of scope CLOUDFRONT before the distribution (`protectDistribution`),
   * and hide the load balancer (`OriginCloaking`). A warning tells of a load balancer that lets in prefix lists alone.
   *
   * @throws Error when the firewall is one for CloudFront or of another place, or the load balancer has one
   */
  public protectLoadBalancer(loadBalancer: elbv2.IApplicationLoadBalancer): void {
    this.associate(loadBalancer, loadBalancer.loadBalancerArn);
    // Rules of groups may be added later.
    Aspects.of(loadBalancer).add({
      visit: (node) => {
        if (node === loadBalancer) this.warnOfProxies(loadBalancer);
      },
    });
  }

  /**
   * Puts the firewall before a stage of a REST API. AWS WAF knows no HTTP APIs: put CloudFront before those.
   *
   * @throws Error when the firewall is one for CloudFront or of another place, or the stage has one
   */
  public protectApiStage(stage: apigateway.IStage): void {
    const { partition, region } = Stack.of(stage);
    const path = `/restapis/${stage.restApi.restApiId}/stages/${stage.stageName}`;
    this.associate(stage, `arn:${partition}:apigateway:${region}::${path}`);
  }

  /**
   * Puts the firewall before a GraphQL API of AppSync.
   *
   * @throws Error when the firewall is one for CloudFront or of another place, or the API has one
   */
  public protectGraphqlApi(api: appsync.IGraphqlApi): void {
    this.associate(api, api.arn);
  }

  /**
   * Puts the firewall before the hosted pages and the public API of a user pool. Not all rules of managed groups apply there:
   * AWS WAF does not see what users type into the pages.
   *
   * @throws Error when the firewall is one for CloudFront or of another place, or the pool has one
   */
  public protectUserPool(userPool: cognito.IUserPool): void {
    this.associate(userPool, userPool.userPoolArn);
  }

  /**
   * Puts the firewall before a CloudFront distribution. From a stack of another Region it takes `crossRegionReferences`.
   *
   * @throws Error when the firewall is a regional one, or the distribution has one
   */
  public protectDistribution(distribution: cloudfront.Distribution): void {
    if (this.firewallScope !== FirewallScope.CLOUDFRONT) {
      throw new Error(`scope must be CLOUDFRONT to protect ${distribution.node.path}, got REGIONAL (${this.where})`);
    }
    distribution.attachWebAclId(this.webAclArn);
  }

  /**
   * A metric of the web ACL, such as `BlockedRequests`. AWS WAF tells only minutes with such requests, so fill what is missing
   * with 0 and never take it for breaching.
   *
   * https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html
   *
   * @param metricName `AllowedRequests`, `BlockedRequests`, `CountedRequests`, `ChallengeRequests` …
   * @param rule name of a rule, such as `T3Rate`. Default: all of them
   * @param options of the metric. Default: the sum of each minute
   */
  public metric(metricName: string, rule: string = 'ALL', options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    const regional = this.firewallScope === FirewallScope.REGIONAL && { Region: Stack.of(this).region };
    return new cloudwatch.Metric({
      namespace: 'AWS/WAFV2',
      metricName,
      dimensionsMap: { WebACL: this.metricName, Rule: rule, ...regional },
      statistic: 'Sum',
      ...options,
    });
  }

  private get where(): string {
    return `WebFirewall at ${this.node.path}`;
  }

  private check(props: WebFirewallProps): void {
    this.checkRegion(props);
    for (const name of ['allowList', 'blockList'] as const) {
      const odd = props[name]?.find((address) => familyOf(address) === undefined);
      this.refuse(odd, `${name} must hold CIDRs such as 192.0.2.0/24 or 2001:db8::/32, none of them of length 0`);
    }
    for (const name of ['costlyPaths', 'uploadPaths'] as const) {
      const odd = props[name]?.find((path) => !PATH.test(path));
      this.refuse(odd, `${name} must hold begins of paths such as /search, at most 200 characters long`);
    }
    const headers = [
      ...(props.redactedHeaders ?? []),
      ...(props.forwardedIp?.headerName ? [props.forwardedIp.headerName] : []),
    ];
    this.refuse(
      headers.find((header) => !HEADER.test(header)),
      'headers must be named by letters, digits and hyphens, at most 64',
    );
    if (props.forwardedIp !== undefined && props.allowListMode === AllowListMode.PASS) {
      throw new Error(
        `allowListMode must be SPARE where forwardedIp is given, got PASS: whoever writes an address of the list into the header would pass every rule (${this.where})`,
      );
    }
    this.refuse(
      props.allowedOrigins?.find((origin) => !ORIGIN.test(origin)),
      'allowedOrigins must hold origins such as https://www.example.com, in lower case and without a path',
    );
    const codes = props.geo?.countryCodes;
    this.refuse(
      codes?.length === 0 ? 'none' : codes?.find((code) => !/^[A-Z]{2}$/.test(code)),
      'geo must name countries by two capital letters, such as DE',
    );
    if ((props.antiDdos?.challengeExemptPaths?.length ?? 0) > 5) {
      throw new Error(`challengeExemptPaths must be at most 5 regular expressions (${this.where})`);
    }
  }

  private refuse(odd: string | undefined, rule: string): void {
    if (odd !== undefined) throw new Error(`${rule}, got "${odd}" (${this.where})`);
  }

  private checkRegion({ archive, botControl }: WebFirewallProps): void {
    const { region } = Stack.of(this);
    const isKnown = !Token.isUnresolved(region);
    if (isKnown && region.startsWith('cn-')) {
      if (this.firewallScope === FirewallScope.CLOUDFRONT) {
        throw new Error(
          `scope must be REGIONAL in China, where AWS WAF knows no other, got CLOUDFRONT in ${region} (${this.where})`,
        );
      }
      if (botControl === BotControlLevel.TARGETED) {
        throw new Error(`botControl must be COMMON in China, got TARGETED in ${region} (${this.where})`);
      }
    }
    if (isKnown && this.firewallScope === FirewallScope.CLOUDFRONT && region !== CLOUDFRONT_REGION) {
      throw new Error(
        `scope CLOUDFRONT needs a stack in ${CLOUDFRONT_REGION}, got one in ${region}: move the firewall to a stack there (${this.where})`,
      );
    }
    if (archive !== undefined) this.checkPlace(Stack.of(archive));
  }

  /** https://docs.aws.amazon.com/waf/latest/developerguide/logging-s3.html */
  private checkPlace(archive: Stack): void {
    const other = otherPlace(archive, Stack.of(this));
    if (other === undefined) return;
    throw new Error(
      `archive must be in the ${other.name} of the firewall, ${other.here}, got one in ${other.there}: make a LogArchive of kind waf there (${this.where})`,
    );
  }

  private settingsOf(props: WebFirewallProps, sets: FirewallSettings['sets']): FirewallSettings {
    const { costlyPaths = [], uploadPaths = [], allowedOrigins = [], geo } = props;
    const groups = new ManagedGroups(this, this.where, {
      antiDdos: props.antiDdos,
      botControl: props.botControl,
      anonymousIpsCount: props.anonymousIps !== AnonymousIpAction.BLOCK,
      largeBodiesCount: uploadPaths.length > 0,
      staging: props.staging ?? [],
      overrides: props.overrides ?? [],
      groups: new Set([
        ...ALWAYS_THERE,
        ...(props.antiDdos === undefined ? [] : [ManagedRuleGroup.ANTI_DDOS]),
        ...(props.botControl === undefined ? [] : [ManagedRuleGroup.BOT_CONTROL]),
      ]),
    });
    return {
      sets,
      limits: this.limitsOf(props.rateLimits),
      forwarded: forwardedOf(props.forwardedIp),
      allowListPasses: props.allowListMode === AllowListMode.PASS,
      costlyPaths,
      uploadPaths,
      origins: allowedOrigins,
      challengesFloods: props.antiDdos !== undefined && props.antiDdos.challenge !== false,
      countries: geo && { codes: geo.countryCodes, allowed: geo.allows },
      groups: groups.present,
      groupOf: (group) => groups.statementOf(group),
      counts: (group) => groups.counts(group),
    };
  }

  private limitsOf(given: RateLimits = {}): FirewallSettings['limits'] {
    const { always = 10_000, t2 = 2_000, t3 = 500, t4 = 100 } = given;
    const steps = Object.entries({ always, t2, t3, t4 });
    for (const [index, [name, limit]] of steps.entries()) {
      if (!Number.isInteger(limit) || limit < LIMITS.least || limit > LIMITS.most) {
        throw new Error(
          `rateLimits.${name} must be a whole number from ${LIMITS.least} to ${LIMITS.most}, got ${limit} (${this.where})`,
        );
      }
      const [before, above] = steps[index - 1] ?? [];
      if (above !== undefined && limit >= above) {
        throw new Error(
          `rateLimits.${name} must be below ${before}, which is ${above}, got ${limit}: a higher level that lets more pass would do nothing (${this.where})`,
        );
      }
    }
    return { always, t2, t3, t4 };
  }

  private checkCapacity(): void {
    const { capacity, reservedCapacity } = this;
    const whole = capacity + reservedCapacity;
    const kept = reservedCapacity === 0 ? '' : `, ${reservedCapacity} of them kept for Shield Advanced`;
    if (whole > CAPACITY_LIMIT) {
      throw new Error(
        `rules must take at most ${CAPACITY_LIMIT} capacity units, the limit of AWS WAF, got ${whole}${kept}: name fewer paths, origins or groups (${this.where})`,
      );
    }
    if (whole > CAPACITY_IN_PRICE) {
      const steps = surchargeSteps(whole);
      Annotations.of(this).addWarningV2(
        'cdk-bulwark:web-acl-capacity',
        `The rules take ${whole} capacity units${kept}, and the price of a request contains ${CAPACITY_IN_PRICE}: AWS bills ${steps} × 0.20 USD more for each million requests (list price of us-east-1, https://aws.amazon.com/waf/pricing/). Name fewer paths, origins or groups, or accept it (${this.where}).`,
      );
    }
  }

  /** Its bucket has a name, which only one archive of an account and Region can have. */
  private createArchive(qualifier: string): LogArchive {
    const archive = new LogArchive(this, 'Archive', { qualifier, kinds: [LogBucketKind.WAF] });
    const name = wafBucketName(archive);
    const other = this.node.root.node
      .findAll()
      .find((one) => one instanceof LogArchive && one !== archive && wafBucketName(one) === name);
    if (other === undefined) return archive;
    throw new Error(
      `archive must be given where there is one of the same qualifier, ${qualifier}, in the same account and Region, got none beside ${other.node.path}: give that one, or another qualifier (${this.where})`,
    );
  }

  private warnOfProxies(loadBalancer: elbv2.IApplicationLoadBalancer): void {
    const admitted = admittedBy(loadBalancer.connections.securityGroups, this.node.root);
    if (admitted.length === 0 || admitted.some(({ kind }) => kind !== 'prefix list')) return;
    const seen = this.seesProxies
      ? 'rate limits and IP sets see its edge servers, and a limit stops all visitors of one'
      : 'rate limits count by the first address of the header, which visitors write themselves';
    Annotations.of(loadBalancer).addWarningV2(
      'cdk-bulwark:web-acl-behind-cloudfront',
      `Security groups of ${loadBalancer.node.path} let in prefix lists alone. If that is CloudFront's, ${seen}: put a WebFirewall of scope CLOUDFRONT before the distribution, or acknowledge this if the list holds visitors (${this.where}).`,
    );
  }

  private createWebAcl(logicalId: string, rules: readonly NamedRule[], props: WebFirewallProps): string {
    const { staging = [] } = props;
    const dates = staging
      .flatMap((each) => namesOf(each).map((name) => [name, each.until] as const))
      .filter(([name]) => name.includes('/') || rules.some((rule) => rule.name === name));
    const webAcl = new wafv2.CfnWebACL(this, 'WebAcl', {
      scope: this.firewallScope,
      description: `Web firewall ${this.metricName}`,
      defaultAction: { allow: {} },
      rules: rules.map((rule) => ruleOf(rule)),
      visibilityConfig: visible(this.metricName),
      dataProtectionConfig: { dataProtections: protectedData(props) },
      tags: countUntilTags(dates),
    });
    pin(webAcl, logicalId);
    return webAcl.attrArn;
  }

  private log(logicalId: string, props: WebFirewallProps): void {
    const { logAllowed, redactQueryString } = props;
    const bucket = this.archive.bucket(LogBucketKind.WAF);
    const logging = new wafv2.CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: this.webAclArn,
      logDestinationConfigs: [bucket.bucketArn],
      redactedFields: [
        ...secretHeaders(props).map((Name) => ({ singleHeader: { Name } })),
        ...(redactQueryString ? [{ queryString: {} }] : []),
      ],
      loggingFilter: logAllowed ? undefined : LOGGING_FILTER,
    });
    // A web ACL has one: under another id the new one would be made first, and the old one's removal would end it.
    pin(logging, logicalId);
    // AWS WAF tries the bucket when logging is turned on.
    if (bucket.policy !== undefined) logging.node.addDependency(bucket.policy);
  }

  /** https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html */
  private checkSamePlace(resource: IResource & Construct): void {
    const own = Stack.of(this);
    const other = otherPlace(resource.env, own) ?? otherPlace(Stack.of(resource), own);
    if (other === undefined) return;
    throw new Error(
      `${resource.node.path} must be in the ${other.name} of the firewall, ${other.here}, got ${other.there}: make a WebFirewall there (${this.where})`,
    );
  }

  /** Beside what is protected, so that both come and go together. */
  private associate(resource: IResource & Construct, resourceArn: string): void {
    if (this.firewallScope !== FirewallScope.REGIONAL) {
      throw new Error(
        `scope must be REGIONAL to protect ${resource.node.path}, got ${this.firewallScope} (${this.where})`,
      );
    }
    this.checkSamePlace(resource);
    if (resource.node.tryFindChild('WebFirewall') !== undefined) {
      throw new Error(`${resource.node.path} must have one web firewall at most, got a second one (${this.where})`);
    }
    new wafv2.CfnWebACLAssociation(resource, 'WebFirewall', { resourceArn, webAclArn: this.webAclArn });
  }
}

/** In what a place differs from the firewall's, as far as both are known. */
function otherPlace(there: ResourceEnvironment, here: ResourceEnvironment) {
  const names = { region: 'Region', account: 'account' } as const;
  for (const key of ['region', 'account'] as const) {
    if (there[key] === here[key] || Token.isUnresolved(there[key]) || Token.isUnresolved(here[key])) continue;
    return { name: names[key], there: there[key], here: here[key] };
  }
  return undefined;
}

/** Under which names of the web ACL's tags a staged rule stands. */
function namesOf({ group, rule }: StagedRule): string[] {
  if (rule !== undefined) return [`${GROUP_RULES[group]}/${rule}`];
  // Our own rule that takes the place of one of the core group counts as long as the whole group does.
  const own: RuleName[] = group === ManagedRuleGroup.CORE ? ['LargeBodies'] : [];
  return [GROUP_RULES[group], ...own];
}

function forwardedOf(given: ForwardedIpOptions | undefined): ForwardedIp | undefined {
  return given && { headerName: given.headerName ?? 'X-Forwarded-For', position: given.position ?? 'LAST' };
}

function visible(metricName: string): wafv2.CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true };
}

function ruleOf(rule: NamedRule): wafv2.CfnWebACL.RuleProperty {
  const { name, priority, statement, action, label, counts } = rule;
  return {
    name,
    priority,
    statement,
    ...(action === undefined
      ? { overrideAction: counts ? { count: {} } : { none: {} } }
      : { action: { [action]: {} } }),
    ruleLabels: label === undefined ? undefined : [{ name: label }],
    visibilityConfig: visible(name),
  };
}
