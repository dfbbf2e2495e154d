/** What a statement looks at, as the API of AWS WAF writes it. */
export type Field =
  | { readonly uriPath: object }
  | { readonly method: object }
  | { readonly singleHeader: { readonly Name: string } };

/** What is done with a field before it is looked at. */
export interface Transformation {
  readonly priority: number;
  readonly type: 'NONE' | 'URL_DECODE' | 'NORMALIZE_PATH' | 'LOWERCASE';
}

/** Which address of a header counts as the source. */
export interface ForwardedIp {
  readonly headerName: string;
  readonly position: 'FIRST' | 'LAST' | 'ANY';
}

/** What becomes of a request whose header holds no address: AWS WAF applies a rule to none that lacks the header altogether. */
export type Fallback = 'MATCH' | 'NO_MATCH';

/** The statements of our own rules: a part of those of `AWS::WAFv2::WebACL`, so that they can be counted and evaluated. */
export interface Statement {
  readonly andStatement?: { readonly statements: Statement[] };
  readonly orStatement?: { readonly statements: Statement[] };
  readonly notStatement?: { readonly statement: Statement };
  readonly ipSetReferenceStatement?: {
    readonly arn: string;
    readonly ipSetForwardedIpConfig?: ForwardedIp & { readonly fallbackBehavior: Fallback };
  };
  readonly labelMatchStatement?: { readonly scope: 'LABEL' | 'NAMESPACE'; readonly key: string };
  readonly geoMatchStatement?: {
    readonly countryCodes: string[];
    readonly forwardedIpConfig?: { readonly headerName: string; readonly fallbackBehavior: Fallback };
  };
  readonly byteMatchStatement?: {
    readonly searchString: string;
    readonly fieldToMatch: Field;
    readonly positionalConstraint: 'EXACTLY' | 'STARTS_WITH' | 'ENDS_WITH' | 'CONTAINS' | 'CONTAINS_WORD';
    readonly textTransformations: Transformation[];
  };
  readonly sizeConstraintStatement?: {
    readonly fieldToMatch: Field;
    readonly comparisonOperator: 'EQ' | 'NE' | 'LE' | 'LT' | 'GE' | 'GT';
    readonly size: number;
    readonly textTransformations: Transformation[];
  };
  readonly rateBasedStatement?: {
    readonly limit: number;
    readonly evaluationWindowSec: number;
    readonly aggregateKeyType: 'IP' | 'FORWARDED_IP';
    readonly forwardedIpConfig?: { readonly headerName: string; readonly fallbackBehavior: Fallback };
    readonly scopeDownStatement?: Statement;
  };
  readonly managedRuleGroupStatement?: {
    readonly vendorName: 'AWS';
    readonly name: string;
    readonly ruleActionOverrides?: Array<{ readonly name: string; readonly actionToUse: Record<string, object> }>;
    readonly managedRuleGroupConfigs?: Array<Record<string, object>>;
  };
}

/** The window of every rate rule, in seconds: limits are told per five minutes. */
const WINDOW_SECONDS = 300;

/** AWS WAF takes so many countries in one statement. */
const COUNTRIES_PER_STATEMENT = 50;

const AS_IT_IS: Transformation[] = [{ priority: 0, type: 'NONE' }];

/** So that neither `/%6cogin`, `/x/../login` nor `/LOGIN` passes for another path. */
const PATH: Transformation[] = [
  { priority: 0, type: 'URL_DECODE' },
  { priority: 1, type: 'NORMALIZE_PATH' },
  { priority: 2, type: 'LOWERCASE' },
];

/** AWS WAF wants at least two statements in an AND or OR. */
export function allOf(...statements: Statement[]): Statement {
  const [only] = statements;
  return statements.length === 1 && only !== undefined ? only : { andStatement: { statements } };
}

export function anyOf(...statements: Statement[]): Statement {
  const [only] = statements;
  return statements.length === 1 && only !== undefined ? only : { orStatement: { statements } };
}

export function not(statement: Statement): Statement {
  return { notStatement: { statement } };
}

export function inSet(arn: string, forwarded?: ForwardedIp, fallbackBehavior: Fallback = 'MATCH'): Statement {
  const ipSetForwardedIpConfig = forwarded && { ...forwarded, fallbackBehavior };
  return { ipSetReferenceStatement: { arn, ipSetForwardedIpConfig } };
}

/** A label that an earlier rule added; one that ends in a colon stands for all that begin so. */
export function labelled(key: string): Statement {
  return { labelMatchStatement: { scope: key.endsWith(':') ? 'NAMESPACE' : 'LABEL', key } };
}

/** Country of the source: unlike an IP set, a header's first address always. */
export function fromCountry(
  codes: readonly string[],
  forwarded: ForwardedIp | undefined,
  fallbackBehavior: Fallback,
): Statement {
  const forwardedIpConfig = forwarded && { headerName: forwarded.headerName, fallbackBehavior };
  const chunks = Array.from({ length: Math.ceil(codes.length / COUNTRIES_PER_STATEMENT) }, (_, index) =>
    codes.slice(index * COUNTRIES_PER_STATEMENT, (index + 1) * COUNTRIES_PER_STATEMENT),
  );
  return anyOf(...chunks.map((countryCodes) => ({ geoMatchStatement: { countryCodes, forwardedIpConfig } })));
}

export function pathBegins(path: string): Statement {
  return {
    byteMatchStatement: {
      searchString: path.toLowerCase(),
      fieldToMatch: { uriPath: {} },
      positionalConstraint: 'STARTS_WITH',
      textTransformations: PATH,
    },
  };
}

export function methodIs(method: string): Statement {
  return {
    byteMatchStatement: {
      searchString: method,
      fieldToMatch: { method: {} },
      positionalConstraint: 'EXACTLY',
      textTransformations: AS_IT_IS,
    },
  };
}

/** A header, upper and lower case being the same: the value is in lower case. */
export function headerIs(Name: string, value: string): Statement {
  return {
    byteMatchStatement: {
      searchString: value,
      fieldToMatch: { singleHeader: { Name } },
      positionalConstraint: 'EXACTLY',
      textTransformations: [{ priority: 0, type: 'LOWERCASE' }],
    },
  };
}

/** A header that has a text somewhere, in these very letters. */
export function headerHas(Name: string, text: string): Statement {
  return {
    byteMatchStatement: {
      searchString: text,
      fieldToMatch: { singleHeader: { Name } },
      positionalConstraint: 'CONTAINS',
      textTransformations: AS_IT_IS,
    },
  };
}

/** A header that is there and not empty. */
export function hasHeader(Name: string): Statement {
  return {
    sizeConstraintStatement: {
      fieldToMatch: { singleHeader: { Name } },
      comparisonOperator: 'GT',
      size: 0,
      textTransformations: AS_IT_IS,
    },
  };
}

/** More requests than so many in five minutes from one address, of those that the scope lets count. */
export function moreThan(limit: number, forwarded: ForwardedIp | undefined, scopeDownStatement?: Statement): Statement {
  return {
    rateBasedStatement: {
      limit,
      evaluationWindowSec: WINDOW_SECONDS,
      aggregateKeyType: forwarded === undefined ? 'IP' : 'FORWARDED_IP',
      forwardedIpConfig: forwarded && { headerName: forwarded.headerName, fallbackBehavior: 'MATCH' },
      scopeDownStatement,
    },
  };
}
