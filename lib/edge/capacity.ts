import { GROUPS } from './managed-rule-groups';
import type { Statement, Transformation } from './statements';
import type { ManagedRuleGroup } from './web-firewall-options';

const GUIDE = 'https://docs.aws.amazon.com/waf/latest/developerguide';

/** What the price of a request contains. https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html */
export const CAPACITY_IN_PRICE = 1_500;

/** The most that AWS allows, for everybody. Same page. */
export const CAPACITY_LIMIT = 5_000;

/**
 * What the rule group takes that Shield Advanced adds for its automatic response.
 * https://docs.aws.amazon.com/waf/latest/developerguide/ddos-automatic-app-layer-response-caveats.html
 */
export const CAPACITY_OF_SHIELD = 150;

/** Beyond what the price contains, AWS bills by steps of this size. */
const SURCHARGE_STEP = 500;

/**
 * Capacity units of a statement, by the rules of each statement's page in the developer guide.
 *
 * An upper bound: AWS WAF may count a transformation once where several statements apply it to the same field.
 */
export function capacityOf(statement: Statement): number {
  const { andStatement, orStatement, notStatement, ipSetReferenceStatement, rateBasedStatement } = statement;
  if (andStatement !== undefined) return total(andStatement.statements);
  if (orStatement !== undefined) return total(orStatement.statements);
  if (notStatement !== undefined) return capacityOf(notStatement.statement);
  if (ipSetReferenceStatement !== undefined) {
    // https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-ipset-match.html
    return ipSetReferenceStatement.ipSetForwardedIpConfig?.position === 'ANY' ? 5 : 1;
  }
  if (rateBasedStatement !== undefined) {
    // https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html: custom keys, at 30 each, are none of ours
    return 2 + (rateBasedStatement.scopeDownStatement ? capacityOf(rateBasedStatement.scopeDownStatement) : 0);
  }
  return capacityOfMatch(statement);
}

function capacityOfMatch(statement: Statement): number {
  const { byteMatchStatement: bytes, sizeConstraintStatement: size, managedRuleGroupStatement: group } = statement;
  if (bytes !== undefined) {
    // https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-string-match.html
    const base = bytes.positionalConstraint.startsWith('CONTAINS') ? 10 : 2;
    return base + capacityOfTransformations(bytes.textTransformations);
  }
  if (size !== undefined) return 1 + capacityOfTransformations(size.textTransformations);
  if (group !== undefined) return GROUPS[group.name as ManagedRuleGroup].capacity;
  // https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-match.html
  if (statement.geoMatchStatement !== undefined || statement.labelMatchStatement !== undefined) return 1;
  throw new Error(`statement must be one whose capacity is known, got ${JSON.stringify(statement)}: see ${GUIDE}`);
}

/** Fields that cost more, all query arguments and JSON bodies, are none of ours. */
function capacityOfTransformations(transformations: readonly Transformation[]): number {
  return 10 * transformations.filter(({ type }) => type !== 'NONE').length;
}

function total(statements: readonly Statement[]): number {
  return statements.map(capacityOf).reduce((sum, one) => sum + one, 0);
}

/** How many steps of surcharge a capacity costs. */
export function surchargeSteps(capacity: number): number {
  return Math.max(0, Math.ceil((capacity - CAPACITY_IN_PRICE) / SURCHARGE_STEP));
}
