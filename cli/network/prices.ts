import { readFileSync } from 'node:fs';
import { isRecord } from '../../lambda/runtime/foreign';
import { Stop } from '../exit';

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

/** Prices of one of each thing, in one currency. */
export interface PriceList {
  readonly currency: string;
  readonly values: Readonly<Record<PriceName, number>>;
}

const NAMES = Object.keys(PRICES) as PriceName[];

export const LIST_PRICES: PriceList = {
  currency: CURRENCY,
  values: Object.fromEntries(NAMES.map((name) => [name, PRICES[name].value])) as Record<PriceName, number>,
};

/**
 * Prices that somebody gave, and the list prices of us-east-1 where they gave none.
 *
 * @param file JSON: `{"natGateway": 0.052}`, with `"currency"` where all are given in another one
 * @throws Stop where it cannot be read, or says something else than prices
 */
export function readPrices(file: string | undefined): PriceList {
  if (file === undefined) return LIST_PRICES;
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'it is not JSON' : 'there is no such file, or it cannot be read';
    throw new Stop('usage', `--prices ${file}: ${why}. Give a file such as {"natGateway": 0.052}.`, { cause: error });
  }
  const problems = problemsOf(given);
  if (problems.length > 0) throw new Stop('usage', `--prices ${file}: ${problems.join('; ')}.`);
  const { currency = CURRENCY, ...values } = given as { currency?: string } & Partial<Record<PriceName, number>>;
  return { currency, values: { ...LIST_PRICES.values, ...values } };
}

function problemsOf(given: unknown): string[] {
  if (!isRecord(given)) return [`it must be one object of prices (${NAMES.join(', ')})`];
  const { currency = CURRENCY, ...prices } = given;
  const missing = NAMES.filter((name) => !Object.hasOwn(prices, name));
  return [
    ...Object.entries(prices).flatMap(([name, price]) => {
      if (!Object.hasOwn(PRICES, name)) return [`there is no price ${name}, there are ${NAMES.join(', ')}`];
      const isPrice = typeof price === 'number' && Number.isFinite(price) && price >= 0;
      return isPrice ? [] : [`${name} must be a number from 0 on, got ${JSON.stringify(price)}`];
    }),
    ...(typeof currency === 'string' && /^[A-Z]{3}$/.test(currency)
      ? []
      : [`currency must be three capital letters, got ${JSON.stringify(currency)}`]),
    // List prices are in dollars: a sum of two currencies would be none.
    ...(currency !== CURRENCY && missing.length > 0
      ? [`currency ${String(currency)} needs all prices, there is none of ${missing.join(', ')}`]
      : []),
  ];
}
