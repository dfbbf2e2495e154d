import { isDeepStrictEqual } from 'node:util';
import { isAwsError } from './errors';
import { isRecord, recordsOf, textAt, valueAt } from './foreign';
import { ChangedError } from './errors';
import {
  type Change,
  type CreateRemediator,
  compliant,
  drift,
  type Located,
  type Page,
  type Place,
  type Remediator,
} from './remediation';
import type { Client, ClientOptions } from './sessions';
import { type Declaration, type DeclaredList, fillOne } from './spec';

type Input = Record<string, unknown>;

interface Sender {
  send(command: object): Promise<unknown>;
}

/** The client and the commands that a declaration names. `npm run generate` writes one for each declared unit. */
export interface Operations {
  readonly client: new (options: ClientOptions) => unknown;
  readonly read: Command;
  readonly write: Command;
  readonly list?: Command;
  readonly undoSet?: Command;
  readonly undoUnset?: Command;
}

type Command = new (input: never) => object;

type Setting = Input | null;

/** Makes a remediator of a declaration. `null` stands for a setting that was never made. */
export function declared(declaration: Declaration, operations: Operations): CreateRemediator {
  const { desired, locate, read, write, undo } = declaration;

  function send(client: Client, command: Command | undefined, input: Input): Promise<unknown> {
    if (command === undefined) throw new TypeError('the generated operations lack a command: run `npm run generate`');
    return (client(operations.client) as Sender).send(new (command as new (given: Input) => object)(input));
  }

  async function inspectSetting(resource: Located, client: Client): Promise<Setting | 'gone'> {
    try {
      const answered = await send(client, operations.read, inputOf(read.input, resource.names));
      const { $metadata, ...answer } = answered as Input;
      const found = read.path === undefined ? answer : valueAt(answer, read.path);
      return isRecord(found) ? found : null;
    } catch (error) {
      if (isAwsError(error, read.absent ?? [])) return null;
      if (isAwsError(error, read.gone ?? [])) return 'gone';
      throw error;
    }
  }

  const remediator: Remediator<Setting> = {
    locate: (signal) => {
      const names = Object.entries(locate).map(([name, path]) => [name, textAt(signal.record, path)] as const);
      return names.every((pair): pair is readonly [string, string] => pair[1] !== undefined)
        ? [{ names: Object.fromEntries(names) }]
        : [];
    },
    inspect: async (resource, client) => {
      const before = await inspectSetting(resource, client);
      if (before === 'gone') return compliant('the resource is gone');
      // Foreign members of the setting stay as they are.
      const after = { ...before, ...desired };
      return isDeepStrictEqual(before, after) ? compliant() : drift<Setting>(before, after);
    },
    apply: async (resource, { after }, client) => {
      await send(client, operations.write, inputOf(write.input, resource.names, { after }));
    },
    list: (client, place, next) =>
      declaration.list === 'per-place'
        ? Promise.resolve({ resources: [{ names: {} }] })
        : listed(declaration.list, client, place, next),
    ...(undo === undefined ? {} : { undo: takeBack }),
  };

  async function takeBack(
    resource: Located,
    { before, after }: Change<Setting>,
    { read: reader, write: writer }: { readonly read: Client; readonly write: Client },
  ): Promise<void> {
    const present = await inspectSetting(resource, reader);
    if (isDeepStrictEqual(part(present), part(before))) return;
    if (!isDeepStrictEqual(part(present), part(after))) {
      throw new ChangedError('the setting was changed since the repair: set it by hand');
    }
    if (before === null && undo?.unset !== undefined) {
      await send(writer, operations.undoUnset, inputOf(undo.unset.input, resource.names));
    } else {
      const { input } = undo?.set ?? write;
      await send(
        writer,
        operations.undoSet ?? operations.write,
        inputOf(input, resource.names, { before, after: before }),
      );
    }
  }

  /** The members that are declared: others may have changed since, and are nobody's business here. */
  function part(setting: Setting | 'gone'): unknown {
    if (setting === null || setting === 'gone') return setting;
    return Object.fromEntries(Object.keys(desired).map((name) => [name, setting[name]]));
  }

  async function listed(list: DeclaredList, client: Client, place: Place, next?: string): Promise<Page> {
    const input = {
      ...inputOf(list.input ?? {}, { ...place }),
      ...(list.next && next !== undefined ? { [list.next.input]: next } : {}),
    };
    const answer = await send(client, operations.list, input);
    const resources = recordsOf(valueAt(answer, list.items)).flatMap((item) => {
      const names = Object.entries(list.names).map(([name, path]) => [name, textAt(item, path)] as const);
      return names.every((pair): pair is readonly [string, string] => pair[1] !== undefined)
        ? [{ names: Object.fromEntries(names) }]
        : [];
    });
    const token = list.next && textAt(answer, list.next.output);
    return { resources, ...(token !== undefined && { next: token }) };
  }

  return () => remediator as Remediator<unknown>;
}

/** Texts are filled; a value that is a placeholder for a whole state becomes that state. */
function inputOf(
  template: Record<string, string | number>,
  names: Readonly<Record<string, string>>,
  states: { readonly before?: Setting; readonly after?: Setting } = {},
): Input {
  return Object.fromEntries(
    Object.entries(template).map(([key, text]) => {
      if (typeof text === 'number') return [key, text];
      if (text === '{after}') return [key, states.after];
      return text === '{before}' ? [key, states.before] : [key, fillOne(text, names)];
    }),
  );
}
