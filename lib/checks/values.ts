import { flatten, isIntrinsic, isRecord, listOf, textOf } from '../private/template-values';
import type { CheckContext, CheckedResource, Properties, Verdict } from './rule';

/** A value that is not there, that stands in the template, that points at a resource, or that nobody knows yet. */
export type Value =
  | { readonly kind: 'absent' }
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'reference' }
  | { readonly kind: 'unknown' };

/** Part of a text: what is written, or an intrinsic function that cannot be taken apart further. */
export type Piece = string | Readonly<Record<string, unknown>>;

/** Stands for the resource in `textAbout`; no template contains it. */
export const SELF = '\u0000';

export const PSEUDO_PARAMETER = /^AWS::(?!NoValue$)/;

/** The beginning of an ARN up to the resource; its parts may be pseudo parameters. */
const ARN = /^arn:(?:(?:<[^>]*>|[^:<])*:){4}/;

/** Tells what is known of a value before deployment. */
export function knownValue(value: unknown, context: CheckContext): Value {
  if (isAbsent(value)) return { kind: 'absent' };
  const known = folded(value);
  if (isSecretText(known)) return { kind: 'unknown' };
  if (!isIntrinsic(known)) return { kind: 'literal', value: known };
  return isResourceText(value, context) ? { kind: 'reference' } : { kind: 'unknown' };
}

/** Whether nothing stands there once the template is deployed. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || refersTo(value, 'AWS::NoValue');
}

/** `Fn::Join` and `Fn::Sub` of nothing but texts are a text; everything else stays as it is. */
export function folded(value: unknown): unknown {
  if (!isIntrinsic(value)) return value;
  const pieces = piecesOf(value);
  return pieces.every((piece) => typeof piece === 'string') ? pieces.join('') : value;
}

/** `flatten` that puts the variables of `Fn::Sub` in their places too, so that a wildcard among them is seen. */
export function spelledOut(value: unknown): string {
  return isIntrinsic(value) ? piecesOf(value).map(flatten).join('') : flatten(value);
}

/** `true` and `'true'` are the same to CloudFormation. */
export function isTrue(value: unknown, context: CheckContext): Verdict {
  return is(value, 'true', context);
}

/** Whether a value is one text; case does not count. */
export function is(value: unknown, text: string, context: CheckContext): Verdict {
  return holds(value, context, (known) => known.toLowerCase() === text.toLowerCase());
}

/** Whether a number, written as one or as a text, passes. What is left out, or is no number, does not. */
export function isNumber(value: unknown, context: CheckContext, test: (number: number) => boolean): Verdict {
  return holds(value, context, (known) => /^\d+$/.test(known) && test(Number(known)));
}

/** Whether a text passes; what is left out does not. */
export function holds(value: unknown, context: CheckContext, test: (text: string) => boolean): Verdict {
  const known = knownValue(value, context);
  if (known.kind === 'absent') return false;
  return known.kind === 'literal' ? test(String(known.value)) : undefined;
}

/** Whether a list, or a record, is known as far as itself goes; what is in it need not be. */
export function isOpaque(value: unknown): boolean {
  return isIntrinsic(value) && !refersTo(value, 'AWS::NoValue');
}

/** Records in a list. What only the deployment knows is an empty entry, so that nobody takes it for left out. */
export function recordsOf(value: unknown): Array<Properties | undefined> {
  if (isOpaque(value)) return [undefined];
  return listOf(refersTo(value, 'AWS::NoValue') ? undefined : value).map((each) =>
    isRecord(each) && !isIntrinsic(each) ? each : undefined,
  );
}

/** Whether every part is literal, a pseudo parameter, or points at a resource that this app makes. */
export function isResourceText(value: unknown, context: CheckContext): boolean {
  return piecesOf(value).every((piece) =>
    typeof piece === 'string'
      ? !isSecretText(piece)
      : PSEUDO_PARAMETER.test(String(piece.Ref)) || context.resolve(piece) !== undefined,
  );
}

/**
 * Takes a text apart. `Fn::Join` and `Fn::Sub` fall into what they are made of; any other function stays whole, and what is
 * neither text nor function is such a piece too, which refers to nothing.
 */
export function piecesOf(value: unknown): Piece[] {
  const text = textOf(value);
  if (text !== undefined) return [text];
  if (!isIntrinsic(value)) return [{}];
  const [name, argument] = Object.entries(value as object)[0] as [string, unknown];
  if (name === 'Fn::Sub') return piecesOfSub(argument) ?? [value as Properties];
  const [delimiter, parts] = name === 'Fn::Join' && Array.isArray(argument) ? argument : [];
  if (!Array.isArray(parts)) return [value as Properties];
  const between = delimiter === '' ? [] : [String(delimiter)];
  return parts
    .flatMap((part, index) => [...(index > 0 ? between : []), ...piecesOf(part)])
    .filter((piece) => piece !== '');
}

function piecesOfSub(argument: unknown): Piece[] | undefined {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof template !== 'string') return undefined;
  return template.split(/(\$\{[^}]*\})/).flatMap((part): Piece[] => {
    const name = /^\$\{([^!}][^}]*)\}$/.exec(part)?.[1];
    if (name === undefined) return part === '' ? [] : [part.replace('${!', '${')];
    if (isRecord(variables) && name in variables) return piecesOf(variables[name]);
    const dot = name.indexOf('.');
    return [dot < 0 ? { Ref: name } : { 'Fn::GetAtt': [name.slice(0, dot), name.slice(dot + 1)] }];
  });
}

/**
 * A text in which `SELF` stands for the resource, whether it is referred to or called by its physical name, and without the
 * beginning of an ARN: `SELF/*` for all objects of a bucket. Undefined: known only at deployment.
 */
export function textAbout(resource: CheckedResource, value: unknown, context: CheckContext): string | undefined {
  const name = physicalName(resource);
  const parts = piecesOf(value).map((piece) => {
    if (typeof piece === 'string') return isSecretText(piece) ? undefined : piece;
    if (context.resolve(piece) === resource || flatten(piece) === name) return SELF;
    return isResourceText(piece, context) ? flatten(piece) : undefined;
  });
  if (parts.includes(undefined)) return undefined;
  const text = parts.join('').replace(ARN, '');
  const isNamed = name !== undefined && text.startsWith(name) && /^([/:*]|$)/.test(text.slice(name.length));
  return isNamed ? `${SELF}${text.slice(name.length)}` : text;
}

/** `BucketName` of a bucket, `RoleName` of a role: what other templates call it by. */
export function physicalName({ type, properties }: CheckedResource): string | undefined {
  const name = properties[`${type.split('::').at(-1)}Name`];
  return name === undefined || refersTo(name, 'AWS::NoValue') ? undefined : flatten(name);
}

/** The value at a dotted path; where only the deployment knows what stands there, the function that stands on the way. */
export function valueAt(value: unknown, path: string): unknown {
  let at = value;
  for (const step of path.split('.')) {
    if (isOpaque(at)) return at;
    at = Array.isArray(at) ? at[Number(step)] : isRecord(at) ? at[step] : undefined;
  }
  return at;
}

/** Values at a dotted path. Lists are looked into, also those of texts at its end. */
export function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesAt(each, path));
  const [name, ...rest] = path;
  if (name === undefined) return value === undefined ? [] : [value];
  return isRecord(value) ? valuesAt(value[name], rest) : [];
}

/** Whether a resource that is to prove something is there whenever the other one is. */
export function isThereWith(proof: CheckedResource, other: CheckedResource): Verdict {
  return proof.condition === undefined || proof.condition === other.condition ? true : undefined;
}

/** What a tag of a resource says. What its stack hands on is known by its key alone. */
export function tagOf(
  { properties: { Tags: tags }, stackTags = [] }: CheckedResource,
  key: string,
  context: CheckContext,
): Value {
  const records = recordsOf(tags);
  const own = records.find((tag) => tag?.Key === key);
  if (own !== undefined) return knownValue(own.Value, context);
  return { kind: stackTags.includes(key) || records.includes(undefined) ? 'unknown' : 'absent' };
}

/** Whether a resource carries a tag, with whatever value, by itself or by its stack. */
export function isTagged({ properties: { Tags: tags }, stackTags = [] }: CheckedResource, key: string): Verdict {
  if (stackTags.includes(key)) return true;
  const records = recordsOf(tags);
  if (records.some((tag) => tag?.Key === key)) return true;
  return records.includes(undefined) ? undefined : false;
}

function isSecretText(value: unknown): boolean {
  return typeof value === 'string' && value.includes('{{resolve:');
}

function refersTo(value: unknown, name: string): boolean {
  return isRecord(value) && value.Ref === name;
}
