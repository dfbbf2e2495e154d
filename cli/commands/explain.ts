import type { Command } from 'commander';
import { STANDARDS, type Standard } from '../../lib/controls/control';
import { Stop } from '../exit';
import { type Explanation, explanationsOf, nearTo } from '../explain/subjects';
import { type Placed, readTemplates } from '../explain/templates';
import { json } from '../options';
import { Output } from '../output';
import { count } from '../text';

/** So many places are told one by one to a person. */
const MOST_PLACES = 12;

export function define(command: Command): void {
  command
    .argument(
      '<ID>',
      'a control (S3.5), technique (AM27, T1562.008), rule (NET02), remediation, alarm, or requirement (cis-5.0:5.3)',
    )
    .option(
      '--app <folder>',
      'where your app was synthesized to, to tell where it stands in the templates (default: cdk.out, if it is there)',
    )
    .addOption(json())
    .addHelpText(
      'after',
      `
Standards of requirements: ${Object.keys(STANDARDS).join(', ')}.
An alarm of CloudWatch is found by the name it has in its message, or by its logical id, in the templates of --app.`,
    )
    .action(explain);
}

async function explain(id: string, options: { app?: string; json?: boolean }): Promise<void> {
  const templates = readTemplates(options.app);
  if (id.trim() === '') throw new Stop('usage', 'Name what is to be explained, such as S3.5 or NET02.');
  const found = explanationsOf(id, templates);
  if (found.length === 0) throw new Stop('notFound', unknown(id, templates));
  const out = await Output.open(options.json);
  for (const [index, explanation] of found.entries()) {
    const places = templates?.filter((resource) => explanation.isPlace?.(resource));
    if (out.json) {
      const { isPlace, ...told } = explanation;
      out.item({ ...told, where: places?.map(({ properties, ...place }) => place) ?? null });
      continue;
    }
    if (index > 0) out.say();
    tell(out, explanation, places);
  }
}

function unknown(id: string, templates: readonly Placed[] | undefined): string {
  const near = nearTo(id);
  const hint =
    near.length > 0 ? ` Do you mean ${near.join(', ')}?` : ' docs/generated/coverage.md lists what there is.';
  const alarms = templates === undefined ? ' Alarms of CloudWatch are found with --app only.' : '';
  return `There is no control, technique, rule, remediation, alarm or requirement ${id}.${hint}${alarms}`;
}

function tell(out: Output, explanation: Explanation, places: readonly Placed[] | undefined): void {
  const { kind, id, title, weight, meaning, answers, gap, stockRules = [], byHand, standards } = explanation;
  out.say(`${id}  ${title}`, 'bold');
  out.details([
    [kind, weight ?? ' '],
    ['controls', explanation.controls?.join(', ')],
    ['techniques', explanation.techniques?.join(', ')],
  ]);
  section(out, 'What it means', [meaning]);
  const answered = answers.map((answer) => `${answer.kind} ${answer.id}: ${answer.title}`);
  section(out, 'How it is answered here', [
    ...answered,
    ...(gap === undefined
      ? []
      : [`${answers.length === 0 ? 'Not by this version' : 'Elsewhere it is not'} (${gap.kind}). ${gap.reason}`]),
    ...(stockRules.length === 0 ? [] : [`cdk-nag asks for it at synthesis: ${stockRules.join(', ')}`]),
  ]);
  if (places === undefined)
    section(out, 'Where in the templates', ['Nothing is synthesized here: cdk synth, or --app FOLDER.']);
  else if (places.length > 0) section(out, 'Where in the templates', placesOf(places));
  else if (answers.length > 0) section(out, 'Where in the templates', ['Nowhere in these.']);
  section(out, 'What to do by hand', byHand);
  const related = (Object.entries(standards) as Array<[Standard, readonly string[]]>).map(
    ([standard, requirements]) => `${STANDARDS[standard]}: ${requirements.join(', ')}`,
  );
  if (related.length > 0) section(out, 'Related requirements', related);
}

function section(out: Output, head: string, lines: readonly string[]): void {
  out.say();
  out.say(head, 'cyan');
  for (const line of lines) out.say(`  ${line}`);
}

function placesOf(places: readonly Placed[]): string[] {
  const told = places
    .slice(0, MOST_PLACES)
    .map(({ template, logicalId, type, path }) => `${template} ${path ?? logicalId} (${type})`);
  const more = places.length - told.length;
  return more > 0 ? [...told, `and ${count(more, 'more', 'more')}; --json tells all`] : told;
}
