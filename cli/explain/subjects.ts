import { distance } from 'fastest-levenshtein';
import { RULES } from '../../lib/checks/rules.generated';
import { CONTROLS } from '../../lib/controls/catalogue.generated';
import { CONSTRUCTS } from '../../lib/controls/constructs.generated';
import { type ControlDefinition, type Gap, STANDARDS, type Standard } from '../../lib/controls/control';
import {
  type Answer,
  type Answerers,
  answersTo,
  answersToTechnique,
  requirementsOf,
} from '../../lib/controls/coverage';
import { shows } from '../../lib/controls/evidence';
import { TECHNIQUES, type TechniqueDefinition } from '../../lib/controls/techniques';
import { EVENT_ALARMS } from '../../lib/detection/event-alarms';
import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import { carries, type Placed } from './templates';

/** Everything there is to say of one thing. */
export interface Explanation {
  readonly kind: 'control' | 'technique' | 'rule' | 'remediation' | 'alarm';
  readonly id: string;
  /** The secure state, what the attacker does, or what has happened. */
  readonly title: string;
  /** Severity or priority. */
  readonly weight?: string;
  readonly meaning: string;
  /** What of ours answers it; for answers, what they do. */
  readonly answers: ReadonlyArray<{ readonly kind: string; readonly id: string; readonly title: string }>;
  readonly gap?: Gap;
  readonly stockRules?: readonly string[];
  readonly byHand: readonly string[];
  /** Requirements of standards, by standard. */
  readonly standards: Readonly<Partial<Record<Standard, readonly string[]>>>;
  /** Other ids that belong to it. */
  readonly controls?: readonly string[];
  readonly techniques?: readonly string[];
  /** Whether a resource of a template shows or carries it; undefined where nothing can. */
  readonly isPlace?: (resource: Placed) => boolean;
}

const ANSWERERS: Answerers = { rules: RULES, remediations: REMEDIATIONS, constructs: CONSTRUCTS };

/** What an id stands for: most ids for one thing, an ATT&CK id or a requirement for several. */
export function explanationsOf(id: string, templates: readonly Placed[] = []): Explanation[] {
  const wanted = id.trim();
  const exact = FINDERS.flatMap((find) => find(wanted, templates));
  return exact.length > 0 ? exact : FINDERS.flatMap((find) => find(wanted.toLowerCase(), templates, true));
}

/** Ids that look like it, the nearest first. */
export function nearTo(id: string, most = 5): string[] {
  const wanted = id.trim().toLowerCase();
  if (wanted === '') return [];
  const [standard, requirement] = wanted.split(/:(.*)/s);
  const known = (Object.keys(STANDARDS) as Standard[]).find((one) => one === standard);
  if (known !== undefined) {
    const all = [...requirementsOf(known, CONTROLS).keys()];
    return nearest(requirement ?? '', all, most).map((one) => `${known}:${one}`);
  }
  return nearest(wanted, allIds(), most);
}

function nearest(wanted: string, all: readonly string[], most: number): string[] {
  const farthest = Math.max(2, Math.floor(wanted.length / 3));
  return all
    .map((known) => {
      const far = distance(wanted, known.toLowerCase());
      // What goes on where the other one ends is near, however long it is.
      const goesOn = known.toLowerCase().startsWith(wanted) || wanted.startsWith(`${known.toLowerCase()}.`);
      return { known, far: goesOn ? Math.min(far, 1) : far };
    })
    .filter(({ far }) => far <= farthest)
    .sort((a, b) => a.far - b.far || a.known.length - b.known.length)
    .slice(0, most)
    .map(({ known }) => known);
}

function allIds(): string[] {
  const attack = Object.values<TechniqueDefinition>(TECHNIQUES).flatMap((technique) => technique.attack);
  return [
    ...Object.keys(CONTROLS),
    ...Object.keys(TECHNIQUES),
    ...RULES.map((rule) => rule.id),
    ...REMEDIATIONS.map((spec) => spec.id),
    ...EVENT_ALARMS.map((alarm) => alarm.id),
    ...new Set(attack),
  ];
}

type Find = (id: string, templates: readonly Placed[], folded?: boolean) => Explanation[];

const FINDERS: readonly Find[] = [
  (id, _, folded) =>
    entriesOf<ControlDefinition>(CONTROLS, id, folded).map(([found, control]) => ofControl(found, control)),
  (id, _, folded) =>
    Object.entries<TechniqueDefinition>(TECHNIQUES)
      .filter(([found, { attack }]) => same(found, id, folded) || attack.some((one) => same(one, id, folded)))
      .map(([found, technique]) => ofTechnique(found, technique)),
  (id, _, folded) => {
    // As it stands in a report: `Bulwark-NET02[tcp 22 from 0.0.0.0/0]`.
    const bare = id
      .replace(/^bulwark::/i, '')
      .replace(/^bulwark-/i, '')
      .replace(/\[.*$/s, '');
    return RULES.filter((rule) => same(rule.id, bare, folded)).map(ofRule);
  },
  (id, _, folded) => REMEDIATIONS.filter((spec) => same(spec.id, id, folded)).map(ofRemediation),
  (id, _, folded) => EVENT_ALARMS.filter((alarm) => same(alarm.id, id, folded)).map(ofEventAlarm),
  (id, templates, folded) =>
    templates.filter((resource) => resource.type === ALARM && isAlarm(resource, id, folded)).map(ofAlarm),
  (id) => ofRequirement(id),
];

const ALARM = 'AWS::CloudWatch::Alarm';

function same(known: string, id: string, folded = false): boolean {
  return folded ? known.toLowerCase() === id.toLowerCase() : known === id;
}

function entriesOf<T>(all: Readonly<Record<string, T>>, id: string, folded = false): Array<[string, T]> {
  return Object.entries(all).filter(([known]) => same(known, id, folded));
}

function ofControl(id: string, control: ControlDefinition): Explanation {
  const answers = answersTo(id, ANSWERERS);
  return {
    kind: 'control',
    id,
    title: control.title,
    weight: control.severity,
    meaning: control.meaning,
    answers: answers.map(told),
    ...(control.gap !== undefined && { gap: control.gap }),
    ...(control.stockRules !== undefined && { stockRules: control.stockRules }),
    byHand: [control.byHand],
    standards: control.standards,
    isPlace: (resource) => answers.some((answer) => placeOf(answer)(resource)),
  };
}

function ofTechnique(id: string, technique: TechniqueDefinition): Explanation {
  const answers = answersToTechnique(id, ANSWERERS);
  return {
    kind: 'technique',
    id,
    title: `${technique.tactic}: ${technique.title}`,
    weight: `ATT&CK ${technique.attack.join(', ')}`,
    meaning: technique.meaning,
    answers: answers.map(told),
    ...(answers.length === 0 && technique.gap !== undefined && { gap: technique.gap }),
    byHand: [technique.byHand],
    standards: {},
    isPlace: (resource) => answers.some((answer) => placeOf(answer)(resource)),
  };
}

function ofRule({
  id,
  title,
  severity,
  controls,
  techniques = [],
  rationale,
  whenNotToUse,
  resourceTypes,
}: (typeof RULES)[number]): Explanation {
  return {
    kind: 'rule',
    id,
    title,
    weight: severity === 'ERROR' ? 'stops synthesis' : 'warns',
    meaning: rationale,
    answers: [
      { kind: 'at synthesis', id: `Bulwark-${id}`, title: `looks at each ${resourceTypes.join(', ')} of the app` },
    ],
    byHand: [
      ...handsOf(controls),
      `Where it is meant: Acknowledgements.add(construct, { rule: 'Bulwark-${id}[…]', reason, until }), with the finding as the report names it. ${whenNotToUse}`,
    ],
    standards: standardsOf(controls),
    controls,
    techniques,
    isPlace: ({ type }) => (resourceTypes as readonly string[]).includes(type),
  };
}

function ofRemediation(spec: (typeof REMEDIATIONS)[number]): Explanation {
  const { id, title, controls, techniques = [], disruptive, undo, triggers } = spec;
  const calls = triggers.flatMap(({ service, eventNames }) => eventNames.map((name) => `${service}:${name}`));
  const acts = disruptive
    ? 'proposes the repair, because it may interrupt an application'
    : 'repairs new drift and proposes to repair old drift';
  return {
    kind: 'remediation',
    id,
    title,
    meaning: meaningsOf(controls),
    answers: [
      { kind: 'after', id: calls.join(', ') || 'findings alone', title: `looks at the resource, then ${acts}` },
      {
        kind: 'way back',
        id: undo === 'exact' ? 'bulwark undo RUN' : 'none',
        title: undo === 'exact' ? 'restores the state before' : undo.never,
      },
    ],
    byHand: [
      ...handsOf(controls),
      `See what it did: bulwark runs --remediation ${id}. Leave one resource out: bulwark exempt. Only be told: bulwark mode OBSERVE --remediation ${id}.`,
    ],
    standards: standardsOf(controls),
    controls,
    techniques,
    isPlace: carries(id, triggers),
  };
}

function ofEventAlarm({
  id,
  title,
  priority,
  meaning,
  byHand,
  controls,
  techniques,
  pattern,
}: (typeof EVENT_ALARMS)[number]): Explanation {
  const { source, detail } = pattern('main');
  return {
    kind: 'alarm',
    id,
    title,
    weight: priority,
    meaning,
    answers: [{ kind: 'after', id: source.join(', '), title: 'an event of the default bus, told to the alarm topic' }],
    byHand: [byHand],
    standards: standardsOf(controls),
    controls,
    techniques,
    isPlace: ({ type, properties }) =>
      type === 'AWS::Events::Rule' &&
      shows(properties, { EventPattern: { source, detail: { eventName: detail?.eventName } } }),
  };
}

/** CloudWatch names an alarm after stack and logical id, with a few letters behind. */
function isAlarm({ logicalId, properties: { AlarmName: name } }: Placed, id: string, folded = false): boolean {
  const [known, wanted] = folded ? [logicalId.toLowerCase(), id.toLowerCase()] : [logicalId, id];
  return known === wanted || wanted.includes(`-${known}-`) || name === id;
}

function ofAlarm(alarm: Placed): Explanation {
  const { MetricName, Namespace, Threshold, Period, EvaluationPeriods, AlarmDescription, ComparisonOperator } =
    alarm.properties;
  const seconds = Number(Period) * Number(EvaluationPeriods ?? 1);
  const comparison = COMPARISONS[String(ComparisonOperator)];
  const known = comparison !== undefined && typeof MetricName === 'string';
  return {
    kind: 'alarm',
    id: alarm.logicalId,
    title: alarm.path ?? alarm.logicalId,
    meaning: typeof AlarmDescription === 'string' ? AlarmDescription : 'The template does not describe it.',
    answers: known
      ? [
          {
            kind: 'after',
            id: `${MetricName} of ${typeof Namespace === 'string' ? Namespace : 'a namespace of its own'}`,
            title: `is ${comparison} ${typeof Threshold === 'number' ? Threshold : 'its threshold'}${seconds > 0 ? ` for ${seconds} seconds` : ''}`,
          },
        ]
      : [],
    byHand:
      alarm.within.length > 0
        ? ['bulwark status tells what is parked, and bulwark runs what was done.']
        : ['It is none of ours: ask whoever made the stack.'],
    standards: {},
    isPlace: (resource) => resource === alarm,
  };
}

const COMPARISONS: Readonly<Record<string, string>> = {
  GreaterThanOrEqualToThreshold: 'at least',
  GreaterThanThreshold: 'above',
  LessThanThreshold: 'below',
  LessThanOrEqualToThreshold: 'at most',
};

/** `cis-5.0:5.3`: the controls that help to meet one requirement. */
function ofRequirement(id: string): Explanation[] {
  const [standard, requirement] = id.split(/:(.*)/s);
  const known = (Object.keys(STANDARDS) as Standard[]).find((one) => one === standard?.toLowerCase());
  if (known === undefined || requirement === undefined) return [];
  const wanted = [...requirementsOf(known, CONTROLS)].find(
    ([one]) => one.toLowerCase() === requirement.trim().toLowerCase(),
  );
  return (wanted?.[1] ?? []).map((control) => ofControl(control, CONTROLS[control as keyof typeof CONTROLS]));
}

function told({ kind, id, title }: Answer): { kind: string; id: string; title: string } {
  return { kind, id, title };
}

function placeOf(answer: Answer): (resource: Placed) => boolean {
  switch (answer.kind) {
    case 'construct': {
      const { type, properties } = answer.evidence;
      return (resource) =>
        resource.type === type && resource.within.includes(answer.id) && shows(resource.properties, properties);
    }
    case 'remediation':
      return carries(answer.id, REMEDIATIONS.find(({ id }) => id === answer.id)?.triggers ?? []);
    case 'rule':
      return () => false; // a rule leaves nothing in a template
  }
}

function handsOf(controls: ReadonlyArray<keyof typeof CONTROLS>): string[] {
  return [...new Set(controls.map((id) => CONTROLS[id].byHand))];
}

function meaningsOf(controls: ReadonlyArray<keyof typeof CONTROLS>): string {
  return [...new Set(controls.map((id) => CONTROLS[id].meaning))].join(' ');
}

function standardsOf(controls: ReadonlyArray<keyof typeof CONTROLS>): Partial<Record<Standard, string[]>> {
  const found: Partial<Record<Standard, string[]>> = {};
  for (const standard of Object.keys(STANDARDS) as Standard[]) {
    const requirements = new Set(controls.flatMap((id) => CONTROLS[id].standards[standard] ?? []));
    if (requirements.size > 0) found[standard] = [...requirements];
  }
  return found;
}
