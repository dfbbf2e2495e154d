// Written by `npm run generate`. Do not edit.
import { rule as DAT01 } from './rules/DAT01-bucket-blocks-public-access';
import { rule as DAT02 } from './rules/DAT02-plain-http-is-denied';
import { rule as DAT05 } from './rules/DAT05-key-rotates-and-waits';
import { rule as DET01 } from './rules/DET01-detector-is-complete';
import { rule as EDG01 } from './rules/EDG01-public-resources-stand-behind-a-web-acl';
import { rule as EDG02 } from './rules/EDG02-web-acl-has-the-managed-groups-and-a-rate-rule';
import { rule as EDG03 } from './rules/EDG03-web-acl-is-logged-and-measured';
import { rule as EDG04 } from './rules/EDG04-public-resources-have-shield-protection';
import { rule as EDG05 } from './rules/EDG05-plain-http-only-redirects';
import { rule as EDG06 } from './rules/EDG06-tls-begins-at-1-2';
import { rule as EDG07 } from './rules/EDG07-waf-classic-is-not-used';
import { rule as EDG08 } from './rules/EDG08-origins-admit-the-edge-alone';
import { rule as EDG09 } from './rules/EDG09-ip-sets-of-run-time-are-empty';
import { rule as EDG10 } from './rules/EDG10-counting-ends-on-a-date';
import { rule as IAM01 } from './rules/IAM01-no-administrator';
import { rule as IAM04 } from './rules/IAM04-policy-names-actions-and-resources';
import { rule as LOG01 } from './rules/LOG01-trail-is-complete';
import { rule as LOG03 } from './rules/LOG03-log-bucket-keeps-its-logs';
import { rule as LOG05 } from './rules/LOG05-log-group-keeps-and-encrypts';
import { rule as NET01 } from './rules/NET01-default-security-group-is-closed';
import { rule as NET02 } from './rules/NET02-public-ingress-only-at-the-edge';
import { rule as NET03 } from './rules/NET03-no-public-ingress-to-risky-ports';
import { rule as NET04 } from './rules/NET04-inward-tiers-reach-no-public-address';
import { rule as NET05 } from './rules/NET05-groups-and-rules-are-described';
import { rule as NET06 } from './rules/NET06-tiers-reach-only-what-they-may';
import { rule as NET07 } from './rules/NET07-vpc-has-a-flow-log';
import { rule as NET08 } from './rules/NET08-subnets-assign-no-public-addresses';
import { rule as NET09 } from './rules/NET09-instances-have-no-public-address';
import { rule as NET10 } from './rules/NET10-data-tier-has-no-way-to-the-internet';
import { rule as NET11 } from './rules/NET11-routes-between-networks-are-narrow';
import { rule as NET12 } from './rules/NET12-vpn-tunnels-use-ikev2';
import { rule as NET13 } from './rules/NET13-network-acl-keeps-sign-in-ports-shut';
import { rule as NET14 } from './rules/NET14-endpoints-are-there-and-bound';
import { rule as RSP01 } from './rules/RSP01-response-function-is-bounded';
import type { Rule } from './rule';

/** The rules of the pack, in order of id. */
export const RULES: readonly Rule[] = [
  DAT01,
  DAT02,
  DAT05,
  DET01,
  EDG01,
  EDG02,
  EDG03,
  EDG04,
  EDG05,
  EDG06,
  EDG07,
  EDG08,
  EDG09,
  EDG10,
  IAM01,
  IAM04,
  LOG01,
  LOG03,
  LOG05,
  NET01,
  NET02,
  NET03,
  NET04,
  NET05,
  NET06,
  NET07,
  NET08,
  NET09,
  NET10,
  NET11,
  NET12,
  NET13,
  NET14,
  RSP01,
];
