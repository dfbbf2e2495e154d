import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { envelopesOf } from '../../cli/backtest/envelope';
import { baselineApp, SANDBOX } from '../support/app';

export const CORPORA = process.env.BULWARK_CORPORA ?? join(__dirname, '../../../shared/corpora');
export const HAS_CORPORA = existsSync(CORPORA);

/** Every pattern that the app deploys, as JSON text, once. */
export function deployedPatterns(): string[] {
  const stacks = baselineApp()
    .node.findAll()
    .filter((construct) => Stack.isStack(construct));
  const patterns = stacks.flatMap((stack) => {
    const { Resources = {} } = Template.fromStack(stack as Stack).toJSON() as { Resources?: Record<string, Resource> };
    return Object.values(Resources).flatMap(({ Type, Properties }) =>
      /^AWS::Events::(Rule|Archive)$/.test(Type) && Properties?.EventPattern ? [Properties.EventPattern] : [],
    );
  });
  return [...new Set(patterns.map((pattern) => JSON.stringify(resolved(pattern))))];
}

interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly EventPattern?: unknown };
}

/** As AWS would have resolved it; what only AWS could know becomes a text that says so. */
function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0 && name === 'Ref') return PSEUDO[String(argument)] ?? `a-${argument}`;
  if (others.length === 0 && name === 'Fn::GetAtt') return `a-${[argument].flat().join('-')}`;
  if (others.length === 0 && name === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map(resolved).join(separator);
  }
  if (name.startsWith('Fn::')) throw new Error(`no value for ${JSON.stringify(value)} in an event pattern`);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one)]));
}

const PSEUDO: Readonly<Record<string, unknown>> = {
  'AWS::AccountId': SANDBOX.account,
  'AWS::Region': SANDBOX.homeRegion,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** Every event of the corpora, in the envelope that `bulwark backtest` gives it, as JSON text. */
export function recordedEvents(): string[] {
  return readdirSync(CORPORA, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.jsonl?$/.test(name))
    .sort()
    .flatMap((name) => recordsOf(readFileSync(join(CORPORA, name), 'utf8')))
    .flatMap((record) => envelopesOf(record))
    .flatMap((event) => ('refused' in event ? [] : [JSON.stringify(event)]));
}

/** One JSON text, or one a line. */
function recordsOf(file: string): unknown[] {
  try {
    return [JSON.parse(file)];
  } catch {
    return file
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line): unknown => JSON.parse(line));
  }
}
