import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { BODY_SIZE_RULE, GROUPS } from './managed-rule-groups';
import { nameOf } from './staging';
import type { Statement } from './statements';
import {
  type AntiDdosOptions,
  type BotControlLevel,
  type ManagedRuleOverride,
  ManagedRuleGroup,
  type StagedRule,
} from './web-firewall-options';

/** @internal */
export interface ManagedGroupsProps {
  readonly groups: ReadonlySet<ManagedRuleGroup>;
  readonly antiDdos?: AntiDdosOptions;
  readonly botControl?: BotControlLevel;
  readonly anonymousIpsCount: boolean;
  readonly largeBodiesCount: boolean;
  readonly staging: readonly StagedRule[];
  readonly overrides: readonly ManagedRuleOverride[];
}

/** What pages load, and what no browser calls: neither can answer a challenge. */
const CHALLENGE_EXEMPT = [
  '\\/api\\/',
  '\\.(avif|bmp|css|gif|ico|jpe?g|js|json|m4[av]|map|mp[34]|og[agv]|otf|pdf|png|svg|tiff?|ttf|txt|wasm|web[mp]|woff2?|xml)$',
];

/** The managed groups of a firewall, with what differs from AWS's choice: each rule of them once. */
export class ManagedGroups {
  /** Groups that the web ACL has. */
  public readonly present: ReadonlySet<ManagedRuleGroup>;

  private readonly actions = new Map<ManagedRuleGroup, Map<string, string>>();
  private readonly wholly = new Set<ManagedRuleGroup>();

  public constructor(
    private readonly scope: IConstruct,
    private readonly where: string,
    private readonly props: ManagedGroupsProps,
  ) {
    this.present = props.groups;
    if (props.anonymousIpsCount) {
      for (const rule of GROUPS[ManagedRuleGroup.ANONYMOUS_IPS].rules) {
        this.set(ManagedRuleGroup.ANONYMOUS_IPS, rule, 'count');
      }
    }
    if (props.largeBodiesCount) this.set(ManagedRuleGroup.CORE, BODY_SIZE_RULE, 'count');
    for (const staged of props.staging) this.stage(staged);
    for (const { group, rule, action } of props.overrides) this.set(group, rule, action);
  }

  /** Whether a group as a whole only counts. */
  public counts(group: ManagedRuleGroup): boolean {
    return this.wholly.has(group);
  }

  /** The group as a statement. */
  public statementOf(group: ManagedRuleGroup): Statement {
    const overrides = [...(this.actions.get(group) ?? [])].map(([name, action]) => ({
      name,
      actionToUse: { [action]: {} },
    }));
    return {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name: group,
        ruleActionOverrides: overrides.length > 0 ? overrides : undefined,
        managedRuleGroupConfigs: this.configurationOf(group),
      },
    };
  }

  private stage(staged: StagedRule): void {
    const { group, rule } = staged;
    if (rule !== undefined) {
      this.set(group, rule, 'count');
      return;
    }
    this.checkPresent(staged);
    if (this.wholly.has(group)) throw new Error(`${group} must be staged once, got twice (${this.where})`);
    this.wholly.add(group);
  }

  private set(group: ManagedRuleGroup, rule: string, action: string): void {
    this.checkPresent({ group, rule });
    const actions = this.actions.get(group) ?? new Map<string, string>();
    if (actions.has(rule)) {
      throw new Error(
        `${rule} of ${group} must have one action, got ${actions.get(rule)} and ${action}: staging, overrides, anonymousIps and uploadPaths exclude each other for one rule (${this.where})`,
      );
    }
    if (!GROUPS[group].rules.includes(rule)) {
      Annotations.of(this.scope).addWarningV2(
        'cdk-bulwark:unknown-managed-rule',
        `${rule} is not among the rules of ${group} that are known here, and AWS WAF ignores a name that is none without a word: compare it with ${GROUPS[group].source} (${this.where}).`,
      );
    }
    this.actions.set(group, actions.set(rule, action));
  }

  private checkPresent(named: Pick<StagedRule, 'group' | 'rule'>): void {
    if (this.present.has(named.group)) return;
    throw new Error(`${nameOf(named)} cannot be changed where the firewall is made without the group (${this.where})`);
  }

  private configurationOf(group: ManagedRuleGroup): Array<Record<string, object>> | undefined {
    const { antiDdos = {}, botControl } = this.props;
    if (group === ManagedRuleGroup.BOT_CONTROL) {
      return [{ awsManagedRulesBotControlRuleSet: { inspectionLevel: botControl } }];
    }
    if (group !== ManagedRuleGroup.ANTI_DDOS) return undefined;
    const { blockSensitivity = 'LOW', challengeSensitivity = 'HIGH', challenge = true } = antiDdos;
    const exempt = antiDdos.challengeExemptPaths ?? CHALLENGE_EXEMPT;
    return [
      {
        awsManagedRulesAntiDDoSRuleSet: {
          sensitivityToBlock: blockSensitivity,
          clientSideActionConfig: {
            challenge: challenge
              ? {
                  usageOfAction: 'ENABLED',
                  sensitivity: challengeSensitivity,
                  exemptUriRegularExpressions: exempt.map((regexString) => ({ regexString })),
                }
              : { usageOfAction: 'DISABLED' },
          },
        },
      },
    ];
  }
}
