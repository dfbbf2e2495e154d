import { isDeepStrictEqual } from 'node:util';
import { isAwsError } from './errors';
import { type CreateRemediator, compliant, drift, type Located, type Remediator } from './remediation';
import type { ClientOptions } from './sessions';
import { isRecord, textAt, valueAt } from './signal';
import { type Declaration, fillOne } from './spec';

type Input = Record<string, unknown>;

interface Sender {
  send(command: object): Promise<unknown>;
}

/** The client and the two commands that a declaration names. `npm run generate` writes one for each declared unit. */
export interface Operations {
  readonly client: new (options: ClientOptions) => unknown;
  readonly read: new (input: never) => object;
  readonly write: new (input: never) => object;
}

type Setting = Input | null;

/** Makes a remediator of a declaration. `null` stands for a setting that was never made. */
export function declared(declaration: Declaration, operations: Operations): CreateRemediator {
  const { desired, locate, read, write } = declaration;

  async function inspectSetting(resource: Located, sender: Sender): Promise<Setting | 'gone'> {
    const command = new (operations.read as new (input: Input) => object)(inputOf(read.input, resource));
    try {
      const { $metadata, ...answer } = (await sender.send(command)) as Input;
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
      const before = await inspectSetting(resource, client(operations.client) as Sender);
      if (before === 'gone') return compliant('the resource is gone');
      // Foreign members of the setting stay as they are.
      const after = { ...before, ...desired };
      return isDeepStrictEqual(before, after) ? compliant() : drift<Setting>(before, after);
    },
    apply: async (resource, { after }, client) => {
      const input = inputOf(write.input, resource, after);
      const command = new (operations.write as new (input: Input) => object)(input);
      await (client(operations.client) as Sender).send(command);
    },
  };
  return () => remediator as Remediator<unknown>;
}

function inputOf(template: Record<string, string>, resource: Located, after?: Setting): Input {
  return Object.fromEntries(
    Object.entries(template).map(([key, text]) => [key, text === '{after}' ? after : fillOne(text, resource.names)]),
  );
}
