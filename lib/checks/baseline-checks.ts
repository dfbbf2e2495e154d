import {
  type CfnResource,
  type IPolicyValidationContext,
  type PolicyValidationPluginReport,
  type PolicyViolatingResource,
  type PolicyViolation,
  Validations,
} from 'aws-cdk-lib';
import { NagPack, type NagPackProps } from 'cdk-nag/lib/nag-pack'; // the package's entry would load every stock pack
import type { IConstruct } from 'constructs';
import { isInForce } from '../private/acknowledge';
import { ConstructTree, type TreeResource } from './construct-tree';
import type { CheckContext, Finding, Rule } from './rule';
import { RULES } from './rules.generated';

const PACK = 'Bulwark';

/** Properties of `BaselineChecks`. */
export interface BaselineChecksProps extends NagPackProps {
  /**
   * Ids of managed prefix lists from which security groups may admit traffic, such as the one of CloudFront.
   *
   * @default - none; each use of a prefix list is a finding
   */
  readonly allowedPrefixLists?: string[];
}

/**
 * The rules of the baseline as a cdk-nag pack: `Validations.of(app).addPlugins(new BaselineChecks(app))`.
 *
 * An ERROR stops synthesis. A WARN is shown and recorded in `validation-report.json`, and synthesis goes on. What only
 * the deployment knows is never taken for compliant: it is a WARN that says what to look at. Findings are named
 * `Bulwark-NET02[tcp 22 from 0.0.0.0/0]`, so that one can be acknowledged without the next; an acknowledgement without a
 * date in force stops synthesis.
 *
 * When not to use it: beside a pack that holds the same resources to other rules. Choose one of the two.
 */
export class BaselineChecks extends NagPack {
  /** Name under which CDK reports the pack. */
  public readonly name: string = PACK;
  /** Ids of all rules, as they stand in findings. */
  public override readonly ruleIds?: string[] = RULES.map((rule) => `${PACK}-${rule.id}`);

  private readonly allowedPrefixLists: readonly string[];
  private readonly explains: boolean;
  private tree?: ConstructTree;
  private found: PolicyViolation[] = [];

  /**
   * @param scope the app; acknowledgements are written into its templates
   */
  public constructor(scope: IConstruct, props: BaselineChecksProps = {}) {
    // Exceptions have to be seen where the resources are seen, hence in the template.
    super(scope, { writeSuppressionsToCloudFormation: true, ...props });
    this.packName = PACK;
    this.explains = props.verbose ?? false;
    this.allowedPrefixLists = props.allowedPrefixLists ?? [];
  }

  /**
   * Judges the app during synthesis. Acknowledged findings are left in the report: CDK takes them out itself and records
   * them with their reasons.
   */
  public override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    return reportOf(this.inspect(context.appConstruct));
  }

  /** Judges a construct tree without synthesis. Acknowledged findings are left out. */
  public override validateScope(scope: IConstruct): PolicyValidationPluginReport {
    const open = this.inspect(scope).flatMap((violation) => {
      const violatingResources = violation.violatingResources.filter(
        (resource) => !isAcknowledged(scope, resource.constructPath, violation.ruleName),
      );
      return violatingResources.length > 0 ? [{ ...violation, violatingResources }] : [];
    });
    return reportOf(open);
  }

  /** Applies all rules to one resource. */
  protected checkResource(node: CfnResource): void {
    const tree = this.tree ?? new ConstructTree(node.node.root);
    const target = tree.resources.find((resource) => resource.node === node);
    if (target !== undefined) this.applyRules(tree, target);
  }

  private inspect(scope: IConstruct): PolicyViolation[] {
    this.found = undatedAcknowledgements(scope);
    // References may lead out of the scope, so the whole tree is indexed.
    const tree = new ConstructTree(scope.node.root);
    const inScope = new Set(scope.node.findAll());
    for (const resource of tree.resources) {
      if (inScope.has(resource.node)) this.applyRules(tree, resource);
    }
    return this.found;
  }

  private applyRules(tree: ConstructTree, { node, stack }: TreeResource): void {
    const context: CheckContext = {
      resolve: (reference) => tree.resolve(reference, stack),
      allowedPrefixLists: this.allowedPrefixLists,
    };
    for (const rule of RULES) {
      if (!rule.resourceTypes.includes(node.cfnResourceType)) continue;
      const resource = tree.render(node);
      for (const finding of rule.check(resource, context)) this.add(rule, finding, node);
    }
  }

  private add(rule: Rule, finding: Finding, node: CfnResource): void {
    const ruleName = `${PACK}-${rule.id}${finding.subject === undefined ? '' : `[${balanced(finding.subject)}]`}`;
    const severity = (finding.level ?? rule.severity) === 'ERROR' ? 'error' : 'warning';
    const description = `${rule.title}. ${finding.message}${this.explains ? ` ${rule.rationale}` : ''}`;
    const resource: PolicyViolatingResource = {
      constructPath: node.node.path,
      locations: [`Properties/${finding.property.replaceAll('.', '/')}`],
    };
    const same = this.found.find((known) => known.ruleName === ruleName && known.description === description);
    if (same !== undefined) {
      same.violatingResources.push(resource);
      return;
    }
    this.found.push({
      ruleName,
      severity,
      description,
      ruleMetadata: {
        controls: rule.controls.join(', '),
        rationale: rule.rationale,
        whenNotToUse: rule.whenNotToUse,
      },
      violatingResources: [resource],
    });
  }
}

/** Warnings are for people: they stand in the report, which succeeds all the same. */
function reportOf(violations: PolicyViolation[]): PolicyValidationPluginReport {
  return { success: violations.every(({ severity }) => severity === 'warning'), violations };
}

/**
 * CDK takes any acknowledgement; ours need a date. `fatal` is the one severity that cannot be acknowledged away, else an
 * undated acknowledgement could excuse itself.
 */
function undatedAcknowledgements(scope: IConstruct): PolicyViolation[] {
  return scope.node.findAll().flatMap((construct) =>
    acknowledgementsOn(construct)
      .filter(({ id, reason }) => id.includes(`::${PACK}-`) && !isInForce(reason))
      .map(({ id }) => ({
        ruleName: `${PACK}-acknowledgement`,
        severity: 'fatal',
        description: `The acknowledgement of ${id} carries no date in force. End its reason with a date: [until 2027-06-30].`,
        violatingResources: [{ constructPath: construct.node.path, locations: [] }],
      })),
  );
}

function isAcknowledged(scope: IConstruct, path: string | undefined, ruleName: string): boolean {
  // CDK stores ids with hyphens in place of spaces.
  const id = `${PACK}::${ruleName}`.replaceAll(' ', '-');
  const construct = scope.node.findAll().find(({ node }) => node.path === path);
  return (construct?.node.scopes ?? []).some((ancestor) =>
    acknowledgementsOn(ancestor).some((given) => given.id === id && isInForce(given.reason)),
  );
}

function acknowledgementsOn(construct: IConstruct): Array<{ readonly id: string; readonly reason: string }> {
  return construct.node.metadata
    .filter(({ type, data }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY && data)
    .flatMap(({ data }) => Object.entries(data as Record<string, string>))
    .map(([id, reason]) => ({ id, reason: String(reason) }));
}

/** CDK refuses ids with unmatched brackets. */
function balanced(subject: string): string {
  const open: string[] = [];
  for (const character of subject) {
    const closing = { ')': '(', ']': '[', '}': '{' }[character];
    if ('([{'.includes(character)) open.push(character);
    else if (closing !== undefined && open.pop() !== closing) return subject.replace(/[()[\]{}]/g, '');
  }
  return open.length === 0 ? subject : subject.replace(/[()[\]{}]/g, '');
}
