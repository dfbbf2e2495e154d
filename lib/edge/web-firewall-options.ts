/** What a web firewall can stand before. */
export enum FirewallScope {
  /** Load balancers, API stages, GraphQL APIs and user pools of one Region. */
  REGIONAL = 'REGIONAL',
  /** CloudFront distributions. Lives in us-east-1 alone, and not at all in the Regions of China. */
  CLOUDFRONT = 'CLOUDFRONT',
}

/** Levels of the response to traffic that are switched on at run time. T1 only watches, so nothing is switched for it. */
export enum TrafficLevel {
  /** Elevated: 2,000 requests in five minutes from one address. */
  T2 = 'T2',
  /** High: 500 requests in five minutes, and browsers of suspects are challenged. */
  T3 = 'T3',
  /** Attack: 100 costly requests in five minutes. */
  T4 = 'T4',
  /**
   * Crisis: nobody but the allow-list. With an empty one it blocks everybody: you, your monitoring and the health checkers of Route
   * 53, which then take the site for dead and may turn its DNS records elsewhere.
   */
  T5 = 'T5',
}

/** What it means to be on the allow-list. */
export enum AllowListMode {
  /** Spared by dynamic blocks, switched limits, challenges and T5; managed groups and the always-on limit still apply. */
  SPARE = 'SPARE',
  /** Let through at once, before every other rule, manual blocks included. Not together with `forwardedIp`. */
  PASS = 'PASS',
}

/** What becomes of requests from sources that hide who they are or are hosted. */
export enum AnonymousIpAction {
  /** They are counted and labelled, and their browsers challenged from T3 on. What is no browser passes, within the limits. */
  COUNT = 'COUNT',
  /** They are blocked, at every level and whatever client they use. */
  BLOCK = 'BLOCK',
}

/** How closely Bot Control looks. */
export enum BotControlLevel {
  /** Bots that say who they are, or show it. */
  COMMON = 'COMMON',
  /** Bots that pose as browsers, too. Dearer, and not in the Regions of China. */
  TARGETED = 'TARGETED',
}

/** How soon the Anti-DDoS group acts. */
export enum DdosSensitivity {
  /** On high suspicion only. */
  LOW = 'LOW',
  /** On medium suspicion too. */
  MEDIUM = 'MEDIUM',
  /** On any suspicion. */
  HIGH = 'HIGH',
}

/**
 * Which address of a header is taken for the source by IP sets. Rate limits and countries always take the first: AWS WAF knows no
 * other for them.
 *
 * https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-forwarded-ip-address.html
 */
export enum ForwardedIpPosition {
  /** The first. The client writes it, unless the proxy writes the header anew; where proxies append, it is forged. */
  FIRST = 'FIRST',
  /** The last: what the nearest proxy saw. */
  LAST = 'LAST',
  /** Any of the first ten, forged ones among them. Costs four more units of capacity for each set. */
  ANY = 'ANY',
}

/**
 * How the source is told where a proxy stands in front.
 *
 * When not to use it: behind CloudFront, or before a load balancer that others can reach. Both append to what clients write into
 * `X-Forwarded-For`, and rate limits always count by the first address: whoever writes another one into each request is never
 * limited. Put a firewall of scope CLOUDFRONT before the distribution instead.
 *
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
 */
export interface ForwardedIpOptions {
  /**
   * Header that holds the address.
   *
   * @default 'X-Forwarded-For'
   */
  readonly headerName?: string;

  /**
   * Which of its addresses IP sets look at. Rate limits and countries look at the first whatever is said here.
   *
   * @default ForwardedIpPosition.LAST
   */
  readonly position?: ForwardedIpPosition;
}

/** Requests in five minutes from one address. Each has to be below the one of the level before. */
export interface RateLimits {
  /**
   * Always on, for everybody.
   *
   * @default 10000
   */
  readonly always?: number;
  /**
   * From T2 on.
   *
   * @default 2000
   */
  readonly t2?: number;
  /**
   * From T3 on.
   *
   * @default 500
   */
  readonly t3?: number;
  /**
   * From T4 on, for what is costly.
   *
   * @default 100
   */
  readonly t4?: number;
}

/** How the Anti-DDoS group acts while it sees a flood. */
export interface AntiDdosOptions {
  /**
   * On what suspicion it blocks.
   *
   * @default DdosSensitivity.LOW
   */
  readonly blockSensitivity?: DdosSensitivity;

  /**
   * On what suspicion it challenges.
   *
   * @default DdosSensitivity.HIGH
   */
  readonly challengeSensitivity?: DdosSensitivity;

  /**
   * Whether what it suspects is challenged at all, by the group or by the firewall from T3 on. Turn it off before an API that no
   * browser calls.
   *
   * @default true
   */
  readonly challenge?: boolean;

  /**
   * Regular expressions of paths that cannot answer a challenge, at most five.
   *
   * @default - paths with `/api/` in them, and files that pages load
   */
  readonly challengeExemptPaths?: string[];
}

/** Countries from which requests come or do not, by their ISO 3166 codes of two letters. */
export class GeoRestriction {
  /** Blocks everybody but these countries. */
  public static allow(...countryCodes: string[]): GeoRestriction {
    return new GeoRestriction(countryCodes, true);
  }

  /** Blocks these countries. */
  public static block(...countryCodes: string[]): GeoRestriction {
    return new GeoRestriction(countryCodes, false);
  }

  private constructor(
    /** Codes of the countries. */
    public readonly countryCodes: string[],
    /** Whether they are those that are let in. */
    public readonly allows: boolean,
  ) {}
}

/** A group of rules that AWS keeps, by the name that AWS gives it. */
export enum ManagedRuleGroup {
  /** Learns what traffic is usual, and challenges or blocks what takes part in a flood. Billed besides. */
  ANTI_DDOS = 'AWSManagedRulesAntiDDoSRuleSet',
  /** Sources that AWS has seen attacking. */
  IP_REPUTATION = 'AWSManagedRulesAmazonIpReputationList',
  /** Sources that hide who they are, and providers of hosting. */
  ANONYMOUS_IPS = 'AWSManagedRulesAnonymousIpList',
  /** The core rule set: what OWASP lists as the most usual flaws. */
  CORE = 'AWSManagedRulesCommonRuleSet',
  /** Requests known to exploit certain flaws, such as Log4j. */
  KNOWN_BAD_INPUTS = 'AWSManagedRulesKnownBadInputsRuleSet',
  /** SQL in what the application is given. */
  SQL_INJECTION = 'AWSManagedRulesSQLiRuleSet',
  /** Automated clients. Billed besides. */
  BOT_CONTROL = 'AWSManagedRulesBotControlRuleSet',
}

/** What a rule of a managed group does, instead of what AWS chose. Nothing lets a request past the rules that follow. */
export enum ManagedRuleAction {
  /** Blocks it. */
  BLOCK = 'block',
  /** Has a person solve a puzzle. Billed by attempt. */
  CAPTCHA = 'captcha',
  /** Has the browser solve one. Billed by answer. */
  CHALLENGE = 'challenge',
}

/** An action of one rule of a managed group. */
export interface ManagedRuleOverride {
  /** The group. */
  readonly group: ManagedRuleGroup;
  /** Name of the rule, as AWS lists it: `NoUserAgent_HEADER`. */
  readonly rule: string;
  /** What it does. */
  readonly action: ManagedRuleAction;
}

/** A managed group, or one rule of it, that only counts for a while. */
export interface StagedRule {
  /** The group. */
  readonly group: ManagedRuleGroup;

  /**
   * Name of one rule of the group, as AWS lists it: `SizeRestrictions_QUERYSTRING`.
   *
   * @default - the whole group counts
   */
  readonly rule?: string;

  /** Last day on which it only counts, as `YYYY-MM-DD` in UTC, at most 180 days ahead. Synthesis fails from the day after. */
  readonly until: string;
}

/** What names an IP set to the API of AWS WAF, which wants all of it. */
export interface FirewallIpSet {
  /** ARN of the set, for a policy. */
  readonly arn: string;
  /** Id of the set. */
  readonly id: string;
  /** Name of the set, which CloudFormation gave it. */
  readonly name: string;
}

/** Addresses of a kind: a set holds one family only. */
export interface FirewallIpSetPair {
  /** Addresses of IPv4. */
  readonly ipv4: FirewallIpSet;
  /** Addresses of IPv6. */
  readonly ipv6: FirewallIpSet;
}
