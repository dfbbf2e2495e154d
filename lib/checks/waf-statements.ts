import { isRecord } from '../private/template-values';
import { IP_SET, isWrittenAtRunTime } from './ip-sets';
import { type CheckContext, every, not, type Properties, type Verdict } from './rule';
import { isAbsent, isOpaque, recordsOf, valuesAt } from './values';

/** A statement of a rule: its kind, and what it says. */
export interface WafStatement {
  readonly kind: string;
  readonly properties: Properties;
}

/** Where statements stand in others. */
const WITHIN = ['Statements', 'Statement', 'ScopeDownStatement'] as const;

/** A statement and all those within it. Undefined: known only at deployment. */
export function statementsWithin(given: unknown): Array<WafStatement | undefined> {
  return recordsOf(given).flatMap((statement) =>
    statement === undefined ? [undefined] : Object.entries(statement).flatMap(([kind, says]) => opened(kind, says)),
  );
}

function opened(kind: string, given: unknown): Array<WafStatement | undefined> {
  return recordsOf(given).flatMap((properties) =>
    properties === undefined
      ? [undefined]
      : [{ kind, properties }, ...WITHIN.flatMap((name) => statementsWithin(properties[name]))],
  );
}

/**
 * Whether a rule looks at everybody, whatever happens at run time: it has no scope, or its scope does nothing but leave somebody
 * out, and by nothing that is written at run time. What else narrows a rule may narrow it to nobody.
 */
export function looksAtEverybody(scope: unknown, context: CheckContext): Verdict {
  if (isAbsent(scope)) return true;
  if (isOpaque(scope) || !isRecord(scope)) return undefined;
  const { AndStatement: all, NotStatement: except } = scope;
  if (!isAbsent(all)) {
    return every(valuesAt(all, ['Statements']).map((each) => looksAtEverybody(each, context)));
  }
  if (isAbsent(except)) return false;
  return every(
    valuesAt(except, ['Statement'])
      .flatMap(statementsWithin)
      .map((each) => isFixed(each, context)),
  );
}

/** What is left out of what is left out is all that is looked at. */
function isFixed(statement: WafStatement | undefined, context: CheckContext): Verdict {
  if (statement === undefined) return undefined;
  const { kind, properties } = statement;
  if (kind !== 'IPSetReferenceStatement') return kind !== 'NotStatement';
  const set = context.find(properties.Arn, IP_SET);
  return set && not(isWrittenAtRunTime(set, context));
}
