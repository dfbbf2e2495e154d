import { type ControlDefinition, type Gap, type GapKind, STANDARDS, type Standard } from '../../lib/controls/control';
import {
  type Answer,
  type Answerers,
  answersTo,
  answersToTechnique,
  reachesFurther,
  requirementsOf,
} from '../../lib/controls/coverage';
import { TECHNIQUES, type TechniqueDefinition } from '../../lib/controls/techniques';

type Controls = Readonly<Record<string, ControlDefinition>>;

/** Standards that the page goes through requirement by requirement: those whose every requirement is in the catalogue. */
const WHOLE: ReadonlyArray<readonly [standard: Standard, requirements: number]> = [
  ['cis-5.0', 63],
  ['fsbp-1.0', 364],
];

const GAPS: Readonly<Record<GapKind, string>> = {
  workload: 'the owner of the workload decides',
  person: 'only a person can do it',
  organization: 'policies of the organization, which this version does not deploy',
  planned: 'not in this version',
  'not-applicable': 'there is no such thing any more',
};

/** The page that says for each requirement how it is answered, or why it is not. */
export function coveragePage(given: Answerers & { readonly controls: Controls }): string {
  return [
    '# Coverage',
    '',
    'How each requirement is answered here, or why it is not. Derived from what each rule, construct and remediation says of itself;',
    'where a construct answers, a test holds its templates to it. `bulwark explain ID` tells each at length.',
    '',
    '| Standard | Requirements | Answered | For our own resources only | Reasoned | Silent |',
    '| --- | --- | --- | --- | --- | --- |',
    ...WHOLE.map(([standard, expected]) => summary(standard, expected, given)),
    techniqueSummary(given),
    '',
    '"Answered" means that something of ours does: a rule at synthesis, a construct by the way it is made, or a remediation. It may answer a',
    'part of a requirement; the row says what. Where a construct meets it for what it makes itself, and nothing looks at other resources, the',
    'row says so, and why. Rules of other packs, in italics, help where an app adds the pack, and do not count.',
    '',
    ...WHOLE.flatMap(([standard]) => standardTable(standard, given)),
    ...matrix(given),
    ...partial(given.controls),
  ].join('\n');
}

function summary(
  standard: Standard,
  expected: number,
  { controls, ...answerers }: Answerers & { readonly controls: Controls },
): string {
  const requirements = [...requirementsOf(standard, controls).values()];
  if (requirements.length !== expected) {
    throw new Error(`${STANDARDS[standard]} has ${expected} requirements, the catalogue names ${requirements.length}`);
  }
  const answered = requirements.filter((ids) => ids.some((id) => reachesFurther(answersTo(id, answerers))));
  const rest = requirements.filter((ids) => !answered.includes(ids));
  const own = rest.filter((ids) => ids.some((id) => answersTo(id, answerers).length > 0));
  const reasoned = rest.filter((ids) => !own.includes(ids) && ids.every((id) => controls[id]?.gap !== undefined));
  const silent = expected - answered.length - own.length - reasoned.length;
  return `| ${STANDARDS[standard]} | ${expected} | ${answered.length} | ${own.length} | ${reasoned.length} | ${silent} |`;
}

function techniqueSummary(answerers: Answerers): string {
  const all = Object.entries<TechniqueDefinition>(TECHNIQUES);
  const answered = all.filter(([id]) => answersToTechnique(id, answerers).length > 0);
  const reasoned = all.filter((one) => !answered.includes(one) && one[1].gap !== undefined);
  return `| Attack matrix (techniques) | ${all.length} | ${answered.length} | - | ${reasoned.length} | ${all.length - answered.length - reasoned.length} |`;
}

function standardTable(standard: Standard, { controls, ...answerers }: Answerers & { readonly controls: Controls }) {
  const rows = [...requirementsOf(standard, controls)].flatMap(([requirement, ids]) =>
    ids.map((id) => {
      const control = controls[id] as ControlDefinition;
      const number = standard === 'fsbp-1.0' ? id : `${requirement} | ${id}`;
      return `| ${number} | ${cell(control.title)} | ${control.severity} | ${answer(answersTo(id, answerers), control)} |`;
    }),
  );
  const head = standard === 'fsbp-1.0' ? ['Control'] : ['Requirement', 'Control'];
  return [
    `## ${STANDARDS[standard]}`,
    '',
    `| ${[...head, 'Secure state', 'Severity', 'Answer'].join(' | ')} |`,
    `|${' --- |'.repeat(head.length + 3)}`,
    ...rows,
    '',
  ];
}

function matrix(answerers: Answerers): string[] {
  return [
    '## Attack matrix',
    '',
    '| Technique | Tactic | What the attacker does | ATT&CK | Answer |',
    '| --- | --- | --- | --- | --- |',
    ...Object.entries<TechniqueDefinition>(TECHNIQUES).map(
      ([id, { tactic, title, attack, gap }]) =>
        `| ${id} | ${tactic} | ${cell(title)} | ${attack.join(', ')} | ${answer(answersToTechnique(id, answerers), { gap })} |`,
    ),
    '',
  ];
}

/** Of the other standards the catalogue knows those requirements that some control helps to meet. */
function partial(controls: Controls): string[] {
  const whole = WHOLE.map(([standard]) => standard);
  const others = (Object.keys(STANDARDS) as Standard[]).filter((standard) => !whole.includes(standard));
  return [
    '## Other standards',
    '',
    'Requirements to which at least one control of the catalogue contributes. Whether a requirement is met takes more than controls.',
    '',
    '| Standard | Requirements with a control | Controls |',
    '| --- | --- | --- |',
    ...others.map((standard) => {
      const requirements = requirementsOf(standard, controls);
      return `| ${STANDARDS[standard]} | ${requirements.size} | ${new Set([...requirements.values()].flat()).size} |`;
    }),
    '',
  ];
}

function answer(
  answers: readonly Answer[],
  { gap, stockRules }: Pick<ControlDefinition, 'gap' | 'stockRules'>,
): string {
  const own = answers.map(byWhom);
  // What only our own resources answer has a reason besides.
  const elsewhere = gap === undefined ? [] : [`elsewhere: ${gap.reason}`];
  const told = own.length === 0 ? [reason(gap)] : [...own, ...elsewhere];
  return cell([...told, ...(stockRules ?? []).map((rule) => `*${rule}*`)].join('<br>'));
}

function byWhom(answer: Answer): string {
  switch (answer.kind) {
    case 'rule':
      return `rule ${answer.id}`;
    case 'remediation':
      return `[${answer.id}](../../lambda/remediations/${answer.id}/README.md)`;
    case 'construct':
      return `\`${answer.id}\`: ${answer.title}`;
  }
}

function reason(gap: Gap | undefined): string {
  return gap === undefined ? '**silent**' : `${GAPS[gap.kind]}: ${gap.reason}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
