import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { COMMANDS } from '../../cli/commands';
import { programFor } from '../../cli/program';
import { CUSTOM_ACTION, SETTINGS } from '../../lambda/runtime/deployment/spec';
import { FLAP_LIMIT } from '../../lambda/runtime/ledger/runs';
import { rateOf } from '../../lambda/runtime/rates';
import type { Outcome } from '../../lambda/runtime/report';
import type { RemediationSpec } from '../../lambda/runtime/spec';
import { RemediationMode } from '../../lib';
import { STANDARDS } from '../../lib/controls/control';
import { TECHNIQUES } from '../../lib/controls/techniques';
import { ATTEMPTS } from '../../lib/response/response-function';
import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import packageJson from '../../package.json';
import { NETWORK_ATTACKS } from '../../sandbox/network/attacks';
import { SCENARIOS } from '../../sandbox/scenarios';
import { baselineApp, templateOf } from '../support/app';
import { type Block, blocksOf, DOCUMENTS, spansOf, tableOf, textOf } from './documents';
import { expectFlowchart } from './mermaid';
import { type Trial, TRIALS } from './trials';

const root = join(__dirname, '../..');
const readme = textOf('README.md').replaceAll(/\s+/g, ' ');
const blocks = DOCUMENTS.flatMap(blocksOf);
const trials: ReadonlyArray<readonly [name: string, trial: Trial]> = Object.entries(TRIALS);

/** How a span begins that is meant to be pasted. */
const COMMAND = /^([A-Z_]+=\S+ )*(npm|npx|node|aws|git|python3?|pip) ./;

/** What holds a block to the truth, by its language. A language that is not here has nothing that does. */
const HELD: Readonly<Record<string, (block: Block) => void>> = {
  ts: ({ before, text }) => {
    const [, file = ''] = /^<!-- (examples\/\S+) -->$/.exec(before) ?? [];
    expect(`${text}\n`).toBe(readFileSync(join(root, file), 'utf8'));
  },
  sh: ({ text }) => expect(trials.map(([, trial]) => trial.text)).toContain(text),
  json: ({ text }) => expect(() => JSON.parse(text)).not.toThrow(),
  mermaid: ({ text }) => expectFlowchart(text),
};

describe('every block', () => {
  test.each(blocks.map((block) => [`${block.document}:${block.line} ${block.language}`, block] as const))(
    '%s is tried by a test',
    (_, block) => {
      expect(Object.keys(HELD)).toContain(block.language);
      HELD[block.language]?.(block);
    },
  );
});

describe.each(DOCUMENTS)('%s', (document) => {
  const text = textOf(document);
  const spans = spansOf(document);

  test('links to what is there', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) => String(match[1]));
    expect(links.filter((link) => !existsSync(join(root, dirname(document), link)))).toEqual([]);
  });

  test('names scripts that are there', () => {
    const names = [...text.matchAll(/npm run (?:--silent )?([\w-]+)/g)].map((match) => String(match[1]));
    expect(names.filter((name) => !(name in packageJson.scripts))).toEqual([]);
  });

  test('names commands in its sentences that a test tries', () => {
    const known = trials.map(([, trial]) => trial.text);
    expect(spans.filter((span) => COMMAND.test(span) && !known.includes(span))).toEqual([]);
  });
});

const calls = new Set(DOCUMENTS.flatMap(spansOf).flatMap((span) => /^(?:npx )?bulwark (.+)$/.exec(span)?.[1] ?? []));

test.each([...calls])('the program takes bulwark %s', async (call) => {
  const words = call.split(' ').filter((word) => word !== '…');
  const [name, ...rest] = words;
  expect(COMMANDS.map((command) => command.name)).toContain(name);
  const command = (await programFor(words)).commands.find((each) => each.name() === name);
  const flags = rest.filter((word) => word.startsWith('--'));
  expect(flags.filter((flag) => !command?.options.some(({ long }) => long === flag))).toEqual([]);
  const values = command?.options.filter(({ long, required }) => required && flags.includes(long ?? '')).length ?? 0;
  const most = command?.registeredArguments.some(({ variadic }) => variadic)
    ? Number.POSITIVE_INFINITY
    : (command?.registeredArguments.length ?? 0);
  expect(rest.length - flags.length - values).toBeLessThanOrEqual(most);
});

describe('the trials', () => {
  test('are of what the documents say', () => {
    const said = [...blocks.map(({ text }) => text), ...DOCUMENTS.flatMap(spansOf)];
    expect(trials.filter(([, { text }]) => !said.includes(text)).map(([name]) => name)).toEqual([]);
  });

  test('say why where a text is not tried as it stands', () => {
    for (const [, trial] of trials) {
      if (trial.as !== undefined || trial.with !== undefined) expect(trial.because).toBeDefined();
      expect([trial.in, trial.with].filter((each) => each !== undefined)).toHaveLength(1);
      if (trial.with !== undefined) expect(TRIALS[trial.with as keyof typeof TRIALS]).toHaveProperty('in');
    }
  });
});

/** As the README writes numbers. */
const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
const word = (number: number) => WORDS[number] ?? String(number);

/** A constant of a file that runs when it is imported, or keeps it to itself. */
function constantOf(file: string, name: string): string {
  return new RegExp(`^const ${name} = (.+);$`, 'm').exec(readFileSync(join(root, file), 'utf8'))?.[1] ?? 'not there';
}

describe('what the README states', () => {
  const app = baselineApp();
  const ids = ['Audit', 'Network', 'Edge', 'EdgeGlobal', 'Baseline', 'Regional-us-east-1'] as const;
  const resources = Object.fromEntries(
    ids.map((id) => [id, Object.values(templateOf(app, id).toJSON().Resources as Record<string, Resource>)]),
  ) as Record<(typeof ids)[number], Resource[]>;
  const all = Object.values(resources).flat();
  const countOf = (id: (typeof ids)[number], type: string) => resources[id].filter(({ Type }) => Type === type).length;
  const rows = (...headings: readonly string[]) => tableOf('README.md', ...headings);
  const names = (cells: ReadonlyArray<string | undefined>) =>
    cells.flatMap((cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map((match) => String(match[1])));

  const writesASecond = (service: string) =>
    rateOf({ permissions: { write: [{ actions: [`${service}:Put`] }] } } as unknown as RemediationSpec).perSecond;

  test.each<readonly [what: string, sentence: string]>([
    ['the attacks', `makes ${word(SCENARIOS.length)} attacks`],
    ['the attacks on the network', `goes on with ${word(NETWORK_ATTACKS.length)} attacks`],
    ['Node', `Node ${packageJson.engines.node.replace('>=', '')} or newer`],
    [
      'Python',
      `Python ${constantOf('scripts/setup.mjs', 'MINIMUM_PYTHON').replace(/\[(\d+), (\d+)\]/, '$1.$2')} or newer`,
    ],
    ['the cap', `at most ${settingOf(all, 'cap')} changes of one remediation in an account within a clock hour`],
    ['the mode', `\`${settingOf(all, 'mode')}\` (default)`],
    ['fights', `at most ${word(FLAP_LIMIT)} of one resource`],
    [
      'the rates',
      `${word(writesASecond('s3'))} writes a second to one service (${word(writesASecond('wafv2'))} to WAF)`,
    ],
    ['attempts', `A failure is tried ${word(ATTEMPTS)} times`],
    ['attempts', `What failed ${word(ATTEMPTS)} times waits`],
    ['the sweep', `a sweep looks at everything every ${word(hoursBetweenSweeps(all))} hours`],
    ['the sweep', `found by the first sweep, within ${word(hoursBetweenSweeps(all))} hours`],
    [
      'new drift',
      `a change of the last ${constantOf('lambda/runtime/run.ts', 'NEW_DRIFT_MS').replace(' * 60_000', ' minutes')}`,
    ],
    ['the custom action', `(custom action \`${CUSTOM_ACTION}\`)`],
    ['techniques', `the ${Object.keys(TECHNIQUES).length} techniques of an attack matrix`],
    ['standards', `with the requirements of ${word(Object.keys(STANDARDS).length)} standards`],
    ['log buckets', `a key, ${word(countOf('Audit', 'AWS::S3::Bucket'))} log buckets, a trail`],
    ['buses', `${word(countOf('Baseline', 'AWS::Events::EventBus'))} event buses`],
    ['functions', `${word(countOf('Baseline', 'AWS::Lambda::Function'))} functions`],
  ])('is so of %s', (_, sentence) => {
    expect(readme).toContain(sentence);
  });

  test.each<readonly [(typeof ids)[number], string]>([
    ['Audit', 'AWS::KMS::Key'],
    ['Audit', 'AWS::CloudTrail::Trail'],
    ['Audit', 'AWS::DynamoDB::Table'],
    ['Baseline', 'AWS::GuardDuty::Detector'],
    ['Regional-us-east-1', 'AWS::GuardDuty::Detector'],
  ])('is so of what is made: %s has one %s', (id, type) => {
    expect(countOf(id, type)).toBe(1);
  });

  test('is so of the stacks', () => {
    const stacks = ids.map((id) => (app.node.findChild(id) as unknown as { stackName: string }).stackName);
    expect(names(rows('Stack', 'What is made', 'When the stack is deleted').map(([name]) => name))).toEqual(stacks);
  });

  test('is so of the example of three layers', () => {
    const lines = readFileSync(join(root, 'examples/three-tier-web.ts'), 'utf8').trimEnd().split('\n').length;
    expect(lines).toBeLessThan(80);
    expect(readme).toContain(`in ${lines} lines, which pass every rule`);
  });

  test('is so of the modes', () => {
    const heading = /^\| Drift \| (.+) \|$/m.exec(textOf('README.md'))?.[1];
    expect(names([heading]).sort()).toEqual(Object.keys(RemediationMode).sort());
  });

  test('is so of the outcomes', () => {
    // The compiler holds this list to the type.
    const outcomes: Readonly<Record<Outcome, true>> = {
      REMEDIATED: true,
      PROPOSED: true,
      OBSERVED: true,
      EXEMPT: true,
      COMPLIANT: true,
      SUPPRESSED: true,
    };
    const told = names(rows('Outcome', 'Meaning', 'The line in the message').map(([outcome]) => outcome));
    expect(told.sort()).toEqual(Object.keys(outcomes).sort());
  });

  test('is so of the commands', () => {
    const told = names(rows('Command', 'What it does').map(([call]) => call)).map((call) => call.split(' ')[0]);
    expect(told.sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
  });

  test('is so of the switches', () => {
    const sentence = /Finer switches stand beside it: (.+?) for `mode`\./.exec(readme)?.[1];
    const told = names([sentence]).map((name) => name.replace('override/', '').split('/')[0]);
    expect([...new Set(told)].sort()).toEqual(Object.keys(SETTINGS).sort());
  });

  test('is so of the names of buses and logs', () => {
    const text = JSON.stringify(all);
    for (const name of ['bulwark-main-reports', '/bulwark/main/reports']) {
      expect(readme).toContain(`\`${name}\``);
      expect(text).toContain(name);
    }
  });
});

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** What the deployment says by itself. */
function settingOf(resources: readonly Resource[], setting: string): unknown {
  const name = `/bulwark/main/response/deployed/${setting}`;
  return resources.find(({ Type, Properties }) => Type === 'AWS::SSM::Parameter' && Properties?.Name === name)
    ?.Properties?.Value;
}

function hoursBetweenSweeps(resources: readonly Resource[]): number {
  const schedules = resources.map(({ Properties }) => String(Properties?.ScheduleExpression ?? ''));
  return Number(schedules.map((each) => /^rate\((\d+) hours\)$/.exec(each)?.[1]).find((hours) => hours !== undefined));
}

describe('what CONTRIBUTING states', () => {
  test('is so of where things are', () => {
    const places = tableOf('CONTRIBUTING.md', 'Folder', 'What').flatMap(([cell = '']) => {
      const [first = '', ...others] = [...cell.matchAll(/`([^`]+)`/g)].map((match) => String(match[1]));
      return [
        first,
        ...others.map((each) =>
          each.includes('/') && existsSync(join(root, each)) ? each : join(dirname(first), each),
        ),
      ];
    });
    expect(places.filter((place) => !existsSync(join(root, place.replace('<id>', REMEDIATIONS[0]?.id ?? ''))))).toEqual(
      [],
    );
  });
});
