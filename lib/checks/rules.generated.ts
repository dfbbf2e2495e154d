// Written by `npm run generate`. Do not edit.
import { rule as DAT01 } from './rules/DAT01-bucket-blocks-public-access';
import { rule as DAT02 } from './rules/DAT02-plain-http-is-denied';
import { rule as DAT05 } from './rules/DAT05-key-rotates-and-waits';
import { rule as DET01 } from './rules/DET01-detector-is-complete';
import { rule as IAM01 } from './rules/IAM01-no-administrator';
import { rule as IAM04 } from './rules/IAM04-policy-names-actions-and-resources';
import { rule as LOG01 } from './rules/LOG01-trail-is-complete';
import { rule as LOG03 } from './rules/LOG03-log-bucket-keeps-its-logs';
import { rule as LOG05 } from './rules/LOG05-log-group-keeps-and-encrypts';
import { rule as NET01 } from './rules/NET01-default-security-group-is-closed';
import { rule as NET02 } from './rules/NET02-public-ingress-only-at-the-edge';
import { rule as NET03 } from './rules/NET03-no-public-ingress-to-risky-ports';
import { rule as NET07 } from './rules/NET07-vpc-has-a-flow-log';
import { rule as RSP01 } from './rules/RSP01-response-function-is-bounded';
import type { Rule } from './rule';

/** The rules of the pack, in order of id. */
export const RULES: readonly Rule[] = [
  DAT01,
  DAT02,
  DAT05,
  DET01,
  IAM01,
  IAM04,
  LOG01,
  LOG03,
  LOG05,
  NET01,
  NET02,
  NET03,
  NET07,
  RSP01,
];
