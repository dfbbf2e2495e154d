/** What AWS charges for one of a thing, whether it is used or not. */
export interface Price {
  readonly value: number;
  readonly per: 'hour' | 'month';
  readonly what: string;
  /** AWS's page that has it, and the day on which it was looked up. */
  readonly source: string;
  readonly lookedUp: string;
}

export type PriceName =
  | 'interfaceEndpoint'
  | 'natGateway'
  | 'publicAddress'
  | 'transitGatewayAttachment'
  | 'firewallEndpoint'
  | 'hostedZone'
  | 'furtherHostedZone'
  | 'webAcl'
  | 'webAclRule'
  | 'key';

export const CURRENCY = 'USD';

/** As AWS counts a month of hours: https://aws.amazon.com/privatelink/pricing/ */
export const HOURS_A_MONTH = 730;

/** So many hosted zones of an account are billed at the first price. */
export const FIRST_HOSTED_ZONES = 25;

const lookedUp = '2026-11-25';

/** List prices of us-east-1. Other Regions differ: `--prices` takes theirs. */
export const PRICES: Readonly<Record<PriceName, Price>> = {
  interfaceEndpoint: {
    value: 0.01,
    per: 'hour',
    what: 'an interface endpoint in one Availability Zone',
    source: 'https://aws.amazon.com/privatelink/pricing/',
    lookedUp,
  },
  natGateway: {
    value: 0.045,
    per: 'hour',
    what: 'a NAT gateway',
    source: 'https://aws.amazon.com/vpc/pricing/',
    lookedUp,
  },
  publicAddress: {
    value: 0.005,
    per: 'hour',
    what: 'a public IPv4 address',
    source: 'https://aws.amazon.com/vpc/pricing/',
    lookedUp,
  },
  transitGatewayAttachment: {
    value: 0.05,
    per: 'hour',
    what: 'a VPC attached to a transit gateway',
    source: 'https://aws.amazon.com/transit-gateway/pricing/',
    lookedUp,
  },
  firewallEndpoint: {
    value: 0.395,
    per: 'hour',
    what: 'an endpoint of Network Firewall',
    source: 'https://aws.amazon.com/network-firewall/pricing/',
    lookedUp,
  },
  hostedZone: {
    value: 0.5,
    per: 'month',
    what: `one of the first ${FIRST_HOSTED_ZONES} hosted zones of an account`,
    source: 'https://aws.amazon.com/route53/pricing/',
    lookedUp,
  },
  furtherHostedZone: {
    value: 0.1,
    per: 'month',
    what: 'a further hosted zone',
    source: 'https://aws.amazon.com/route53/pricing/',
    lookedUp,
  },
  webAcl: {
    value: 5,
    per: 'month',
    what: 'a web ACL',
    source: 'https://aws.amazon.com/waf/pricing/',
    lookedUp,
  },
  webAclRule: {
    value: 1,
    per: 'month',
    what: 'a rule or rule group in a web ACL, or a rule in a rule group of your own',
    source: 'https://aws.amazon.com/waf/pricing/',
    lookedUp,
  },
  key: {
    value: 1,
    per: 'month',
    what: 'a customer managed key',
    source: 'https://aws.amazon.com/kms/pricing/',
    lookedUp,
  },
};
