import type { Effective } from './settings';
import type { OwningStack } from './surroundings';

/** What a decision on drift depends on. */
export interface Circumstances {
  readonly settings: Effective;
  /** A change event of the last minutes: somebody's act of this moment, rather than somebody's business by now. */
  readonly isNew: boolean;
  /** A person asked for this repair in Security Hub. */
  readonly isAsked: boolean;
  readonly disruptive: boolean;
  /** Restores a control of our own, which whoever turns it off must not keep off by the way they do it. */
  readonly persistent: boolean;
  readonly stack: OwningStack | undefined;
  readonly byCloudFormation: boolean;
}

export interface Route {
  readonly act: 'OBSERVE' | 'PROPOSE' | 'ENFORCE';
  readonly reason: string;
}

/** What is done with drift that nobody has exempted. The first line that applies counts, so that caution comes first. */
export function routeOf({
  settings,
  isNew,
  isAsked,
  disruptive,
  persistent,
  stack,
  byCloudFormation,
}: Circumstances): Route {
  const { mode, isKilled, iacManaged, adoptExisting } = settings;
  const lines: ReadonlyArray<readonly [applies: boolean, act: Route['act'], reason: string]> = [
    [isKilled, 'OBSERVE', 'the kill switch is on'],
    [mode === 'OBSERVE', 'OBSERVE', 'the mode is OBSERVE'],
    [disruptive, 'PROPOSE', 'the repair may interrupt an application'],
    [
      !persistent && stack !== undefined && iacManaged === 'PROPOSE',
      'PROPOSE',
      `the stack ${stack?.stackName} owns the resource`,
    ],
    [
      !persistent && byCloudFormation && iacManaged !== 'ENFORCE',
      'PROPOSE',
      'CloudFormation made the change, and would make it again: mend the template',
    ],
    [mode === 'PROPOSE', 'PROPOSE', 'the mode is PROPOSE'],
    [isAsked, 'ENFORCE', 'a person asked for it'],
    [isNew, 'ENFORCE', 'new drift'],
    [adoptExisting, 'ENFORCE', 'existing drift is adopted'],
  ];
  const [, act, reason] = lines.find(([applies]) => applies) ?? [
    true,
    'PROPOSE' as const,
    'the drift was there before',
  ];
  return { act, reason };
}
