// Written by `npm run generate`. Do not edit.
import { rule as DAT01 } from './rules/DAT01-bucket-blocks-public-access';
import { rule as IAM04 } from './rules/IAM04-policy-names-actions-and-resources';
import { rule as LOG01 } from './rules/LOG01-trail-is-complete';
import { rule as NET02 } from './rules/NET02-public-ingress-only-at-the-edge';
import type { Rule } from './rule';

/** The rules of the pack, in order of id. */
export const RULES: readonly Rule[] = [DAT01, IAM04, LOG01, NET02];
