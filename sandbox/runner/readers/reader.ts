import type { Destroyable, OperatorConfig } from '../clients';
import { isObject } from '../compare';
import type { Properties } from '../intrinsics';

/** One deployed resource. */
export interface Deployed {
  readonly physicalId: string;
  /** What the template asked for, references resolved. Only names may be taken from here, never values. */
  readonly properties: Properties;
  readonly region: string;
}

/** How a reader asks: as the operator, through the gateway. */
export interface Ask {
  client<C extends Destroyable>(Client: new (config: OperatorConfig) => C): C;
  json(service: string, target: string, input: object): Promise<Record<string, unknown>>;
  /** The inside of an answer in XML: of a query with a form, of a path without. */
  xml(service: string, path: string, form?: Readonly<Record<string, string>>): Promise<Record<string, unknown>>;
}

/**
 * What the service's describe calls say of a resource, under CloudFormation's names and in its form. A property that is a key
 * here is compared, also when its value is undefined: nothing was set. One that is not a key has no describe call.
 */
export type Reader = (resource: Deployed, ask: Ask) => Promise<Record<string, unknown>>;

/** Undefined where the service says by an error that nothing is set. */
export async function orNothing<T>(answer: Promise<T>, ...absent: readonly string[]): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && absent.includes(error.name)) return undefined;
    throw error;
  }
}

/** Tags in CloudFormation's form, without those of AWS itself. */
export function tagsOf(tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined) {
  return tags?.filter(({ Key: key }) => !key?.startsWith('aws:')).map(({ Key, Value }) => ({ Key, Value }));
}

/** The same, of services that answer with a map. */
export function tagsOfMap(tags: Readonly<Record<string, string>> | undefined) {
  return tagsOf(Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value })));
}

/** A member of a JSON answer that is an object, or else an empty one. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}
