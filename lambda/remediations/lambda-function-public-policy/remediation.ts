import {
  AddPermissionCommand,
  type AddPermissionRequest,
  GetPolicyCommand,
  LambdaClient,
  ListFunctionsCommand,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda';
import { BulwarkError, ChangedError, isAwsError, RefusedError } from '../../runtime/errors';
import { textAt } from '../../runtime/foreign';
import { canonical } from '../../runtime/ids';
import { compliant, drift, type Located, type Remediator } from '../../runtime/remediation';
import { admitsPublic, requestOf, type Statement, statementsOf } from './function-policy';

/**
 * Every way in which Lambda takes the name of a function: bare, as the end of an ARN, as an ARN, each with an alias or
 * version behind it. https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 */
const FUNCTION =
  /^(?:(?:arn:[\w-]+:lambda:)?(?:[a-z]{2,4}(?:-[a-z]+)+-\d:)?\d{12}:function:)?([\w-]{1,64})(?::(\$LATEST|[\w-]{1,128}))?$/;

/** As Security Hub writes it (`AwsLambdaFunction`), and as CloudFormation does. */
const FUNCTION_TYPE = /^A(?:ws|WS::)Lambda(?:::)?Function$/;

/** Functions of one page of a sweep, the most that Lambda gives. */
const PAGE = 50;

/** Removes the statements that admit the public, each by its id, and leaves every other statement alone. */
export function create(): Remediator<readonly Statement[]> {
  return {
    locate: ({ record }) => {
      const named =
        textAt(record, 'requestParameters.functionName') ?? textAt(record, 'requestParameters.resourceArn') ?? '';
      return functionIn(named, textAt(record, 'requestParameters.qualifier'));
    },

    locateFinding: ({ resources }) =>
      resources.flatMap(({ type, id }) => (FUNCTION_TYPE.test(type) ? functionIn(id) : [])),

    list: async (read, _place, next) => {
      const { Functions = [], NextMarker } = await read(LambdaClient).send(
        new ListFunctionsCommand({ MaxItems: PAGE, ...(next !== undefined && { Marker: next }) }),
      );
      const resources = Functions.flatMap(({ FunctionName = '' }) => functionIn(FunctionName));
      return { resources, ...(NextMarker && { next: NextMarker }) };
    },

    inspect: async (resource, read) => {
      const offending = (await policyOf(read(LambdaClient), resource)).filter(admitsPublic);
      return offending.length === 0 ? compliant() : drift<readonly Statement[]>(offending.sort(bySid), []);
    },

    apply: async (resource, { before }, write) => {
      const lambda = write(LambdaClient);
      const ids = before.flatMap(({ Sid }) => (typeof Sid === 'string' && Sid !== '' ? [Sid] : []));
      for (const StatementId of ids) {
        try {
          await lambda.send(new RemovePermissionCommand({ FunctionName: targetOf(resource), StatementId }));
        } catch (error) {
          // An attempt before this one has removed it.
          if (!isAwsError(error, ['ResourceNotFoundException'])) throw error;
        }
      }
      const nameless = before.length - ids.length;
      if (nameless > 0) {
        throw new BulwarkError(
          `${nameless} of the public statements of the function ${targetOf(resource)} have no Sid, by which alone Lambda removes one: remove them by hand with PutResourcePolicy`,
        );
      }
    },

    undo: async (resource, { before }, { read, write }) => {
      const requests = before.map((statement) => checkedRequest(statement, resource));
      const present = await policyOf(read(LambdaClient), resource);
      const missing = requests.filter((request) => !isPresent(request, present, resource));
      for (const request of missing) await write(LambdaClient).send(new AddPermissionCommand(request));
    },

    joined: (recorded, found) => {
      const present = new Set(found.map(({ Sid }) => Sid));
      return [...recorded.filter(({ Sid }) => !present.has(Sid)), ...found].sort(bySid);
    },

    // Lambda tells a statement anew in its own words, hence by what would make it.
    comparable: (statements) =>
      statements
        .map((statement) => requestOf(statement) ?? statement)
        .map(canonical)
        .sort(),
  };
}

function functionIn(text: string, qualifier?: string): Located[] {
  const [, name, written] = FUNCTION.exec(text) ?? [];
  if (name === undefined) return [];
  const behind = qualifier ?? written ?? '$LATEST';
  // The policy of $LATEST is the function's own.
  if (behind === '$LATEST') return [{ names: { function: name, target: name } }];
  return [{ names: { function: name, target: `${name}:${behind}` } }];
}

function targetOf({ names }: Located): string {
  return names.target as string;
}

/** The statements of the policy; none where there is no policy, or no function any more. */
async function policyOf(lambda: LambdaClient, resource: Located): Promise<Statement[]> {
  try {
    const { Policy = '{}' } = await lambda.send(new GetPolicyCommand({ FunctionName: targetOf(resource) }));
    return statementsOf(Policy, targetOf(resource));
  } catch (error) {
    if (isAwsError(error, ['ResourceNotFoundException'])) return [];
    throw error;
  }
}

/** @throws RefusedError for a statement that AddPermission cannot make so, before any is added */
function checkedRequest(statement: Statement, resource: Located): AddPermissionRequest {
  const request = requestOf(statement);
  if (request?.FunctionName === targetOf(resource)) return request;
  throw new RefusedError(
    `the statement ${JSON.stringify(statement.Sid ?? null)} of the function ${targetOf(resource)} has a form that AddPermission cannot make: put it back by hand with PutResourcePolicy`,
  );
}

/** @throws ChangedError for another statement under the same id, before any is added */
function isPresent(request: AddPermissionRequest, present: readonly Statement[], resource: Located): boolean {
  const same = present.find(({ Sid }) => Sid === request.StatementId);
  if (same === undefined) return false;
  if (canonical(requestOf(same)) === canonical(request)) return true;
  throw new ChangedError(
    `the function ${targetOf(resource)} has another statement ${request.StatementId} by now: put the former one back by hand`,
  );
}

function bySid({ Sid: one }: Statement, { Sid: other }: Statement): number {
  return String(one) < String(other) ? -1 : 1;
}
