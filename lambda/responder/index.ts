import { openDoor } from '../runtime/door';
import type { FindingUpdates } from '../runtime/hub';
import { responderOf } from './handler';

let updates: Promise<FindingUpdates> | undefined;

/** Entry of the responder function. */
export const handler = responderOf({
  ...openDoor('responder'),
  tellHub: async (finding, reports) => {
    updates ??= import('../runtime/hub').then(({ FindingUpdates: Updates }) => new Updates());
    await (await updates).tell(finding, reports);
  },
});
