import { isIntrinsic, isRecord, textOf } from '../private/template-values';
import type { CheckContext } from './rule';

/** A value that is not there, that stands in the template, that points at a resource, or that nobody knows yet. */
export type Value =
  | { readonly kind: 'absent' }
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'reference' }
  | { readonly kind: 'unknown' };

const PSEUDO_PARAMETER = /^AWS::(?!NoValue$)/;

/** Tells what is known of a value before deployment. */
export function knownValue(value: unknown, context: CheckContext): Value {
  if (value === undefined || value === null || refersTo(value, 'AWS::NoValue')) return { kind: 'absent' };
  if (typeof value === 'string' && value.includes('{{resolve:')) return { kind: 'unknown' };
  if (!isIntrinsic(value)) return { kind: 'literal', value };
  return isResourceText(value, context) ? { kind: 'reference' } : { kind: 'unknown' };
}

/** `true` and `'true'` are the same to CloudFormation. Undefined: known only at deployment. */
export function isTrue(value: unknown, context: CheckContext): boolean | undefined {
  const known = knownValue(value, context);
  if (known.kind === 'absent') return false;
  return known.kind === 'literal' ? String(known.value).toLowerCase() === 'true' : undefined;
}

/** Whether every part is literal, a pseudo parameter, or points at a resource that this app makes. */
export function isResourceText(value: unknown, context: CheckContext): boolean {
  if (typeof value === 'string') return !value.includes('{{resolve:');
  if (!isIntrinsic(value)) return textOf(value) !== undefined;
  const [name, argument] = Object.entries(value as object)[0] as [string, unknown];
  switch (name) {
    case 'Ref':
      return PSEUDO_PARAMETER.test(String(argument)) || context.resolve(value) !== undefined;
    case 'Fn::GetAtt':
    case 'Fn::ImportValue':
      return context.resolve(value) !== undefined;
    case 'Fn::Join': {
      const parts = Array.isArray(argument) ? argument[1] : undefined;
      return Array.isArray(parts) && parts.every((part) => isResourceText(part, context));
    }
    case 'Fn::Sub':
      return isResourceSub(argument, context);
    default:
      return false;
  }
}

function isResourceSub(argument: unknown, context: CheckContext): boolean {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof template !== 'string') return false;
  return [...template.matchAll(/\$\{([^!}][^}]*)\}/g)].every(([, name = '']) => {
    if (isRecord(variables) && name in variables) return isResourceText(variables[name], context);
    return isResourceText(name.includes('.') ? { 'Fn::GetAtt': name.split('.') } : { Ref: name }, context);
  });
}

function refersTo(value: unknown, name: string): boolean {
  return isRecord(value) && value.Ref === name;
}
