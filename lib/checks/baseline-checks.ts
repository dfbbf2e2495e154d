import {
  type CfnResource,
  type IPolicyValidationContext,
  type PolicyValidationPluginReport,
  type PolicyViolatingResource,
  type PolicyViolation,
  Stack,
} from 'aws-cdk-lib';
import { NagPack, type NagPackProps } from 'cdk-nag/lib/nag-pack'; // the package's entry would load every stock pack
import type { IConstruct } from 'constructs';
import { acknowledgementsOn, isInForce } from '../private/acknowledge';
import type { IClock } from './acknowledgements';
import { ConstructTree, type TreeResource } from './construct-tree';
import type { Finding, Rule } from './rule';
import { RULES } from './rules.generated';

const PACK = 'Bulwark';

/** Type of a resource -> the rules about it. */
const RULES_BY_TYPE = new Map<string, Rule[]>();
for (const rule of RULES) {
  for (const type of rule.resourceTypes) RULES_BY_TYPE.set(type, [...(RULES_BY_TYPE.get(type) ?? []), rule]);
}

/** Properties of `BaselineChecks`. */
export interface BaselineChecksProps extends NagPackProps {
  /**
   * Ids of managed prefix lists from which security groups may admit traffic, such as the one of CloudFront.
   *
   * @default - none; each use of a prefix list is a finding
   */
  readonly allowedPrefixLists?: string[];

  /**
   * Tells the day on which acknowledgements, and rules that count until a date, are looked at.
   *
   * @default - the system's clock
   */
  readonly clock?: IClock;
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
  private readonly clock?: IClock;
  private found = new Map<string, PolicyViolation>();

  /**
   * @param scope the app; acknowledgements are written into its templates
   */
  public constructor(scope: IConstruct, props: BaselineChecksProps = {}) {
    // Exceptions have to be seen where the resources are seen, hence in the template.
    super(scope, { writeSuppressionsToCloudFormation: true, ...props });
    this.packName = PACK;
    this.explains = props.verbose ?? false;
    this.allowedPrefixLists = props.allowedPrefixLists ?? [];
    this.clock = props.clock;
  }

  /**
   * Judges the app during synthesis. Acknowledged findings are left in the report: CDK takes them out itself and records
   * them with their reasons.
   */
  public override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const files = context.stackTemplates.map((stack) => [stack.stackConstructPath, stack.templatePath] as const);
    return reportOf(this.inspect(context.appConstruct, new Map(files)));
  }

  /**
   * Judges a construct tree as it stands, without synthesis. Acknowledged findings are left out.
   *
   * What aspects add is not there before synthesis, tags of `Tags.of` among it: call `app.synth()` first where rules ask for
   * tags, as those about tiers and dates do. The CDK has no other way to invoke aspects.
   */
  public override validateScope(scope: IConstruct): PolicyValidationPluginReport {
    const constructs = new Map(scope.node.findAll().map((construct) => [construct.node.path, construct]));
    const open = this.inspect(scope).flatMap((violation) => {
      const violatingResources = violation.violatingResources.filter(
        ({ constructPath = '' }) => !this.isAccepted(constructs.get(constructPath), violation.ruleName),
      );
      return violatingResources.length > 0 ? [{ ...violation, violatingResources }] : [];
    });
    return reportOf(open);
  }

  /** Applies all rules to one resource. */
  protected checkResource(node: CfnResource): void {
    this.applyRules(this.treeOf(node), { node, stack: Stack.of(node) });
  }

  private inspect(scope: IConstruct, templateFiles?: ReadonlyMap<string, string>): PolicyViolation[] {
    this.found = new Map();
    const tree = this.treeOf(scope, templateFiles);
    const inScope = new Set(scope.node.findAll());
    for (const resource of tree.resources) {
      if (inScope.has(resource.node)) this.applyRules(tree, resource);
    }
    return [...this.undatedAcknowledgements(scope), ...this.found.values()];
  }

  /** References may lead out of the scope, so the whole app is indexed. */
  private treeOf(scope: IConstruct, templateFiles?: ReadonlyMap<string, string>): ConstructTree {
    return new ConstructTree(scope.node.root, this.allowedPrefixLists, templateFiles, this.clock?.now());
  }

  private applyRules(tree: ConstructTree, { node, stack }: TreeResource): void {
    for (const rule of RULES_BY_TYPE.get(node.cfnResourceType) ?? []) {
      for (const finding of rule.check(tree.render(node), tree.contextOf(stack))) this.add(rule, finding, node);
    }
  }

  private add(rule: Rule, finding: Finding, node: CfnResource): void {
    const ruleName = `${PACK}-${rule.id}${finding.subject === undefined ? '' : `[${balanced(finding.subject)}]`}`;
    const severity = (finding.level ?? rule.severity) === 'ERROR' ? 'error' : 'warning';
    const description = `${rule.title}. ${finding.message}${this.explains ? ` ${rule.rationale}` : ''}`;
    const resource: PolicyViolatingResource = {
      constructPath: node.node.path,
      locations: [['Properties', ...(finding.property?.split('.') ?? [])].join('/')],
    };
    const key = `${ruleName} ${description}`;
    const same = this.found.get(key);
    if (same !== undefined) {
      same.violatingResources.push(resource);
      return;
    }
    this.found.set(key, {
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

  /**
   * CDK takes any acknowledgement; ours need a date. `fatal` is the one severity that cannot be acknowledged away, else an
   * undated acknowledgement could excuse itself.
   */
  private undatedAcknowledgements(scope: IConstruct): PolicyViolation[] {
    return scope.node.findAll().flatMap((construct) =>
      acknowledgementsOn(construct)
        .filter(({ id, reason }) => id.includes(`::${PACK}-`) && !isInForce(reason, this.clock))
        .map(({ id }) => ({
          ruleName: `${PACK}-acknowledgement`,
          severity: 'fatal',
          description: `The acknowledgement of ${id} carries no date in force. Use Acknowledgements.add, which takes one.`,
          violatingResources: [{ constructPath: construct.node.path, locations: [] }],
        })),
    );
  }

  private isAccepted(construct: IConstruct | undefined, ruleName: string): boolean {
    // CDK stores ids with hyphens in place of spaces.
    const id = `${PACK}::${ruleName}`.replaceAll(' ', '-');
    return (construct?.node.scopes ?? []).some((ancestor) =>
      acknowledgementsOn(ancestor).some((given) => given.id === id && isInForce(given.reason, this.clock)),
    );
  }
}

/** Warnings are for people: they stand in the report, which succeeds all the same. */
function reportOf(violations: PolicyViolation[]): PolicyValidationPluginReport {
  return { success: violations.every(({ severity }) => severity === 'warning'), violations };
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
