import { deskOf } from '../runtime/desk';
import { openDoor } from '../runtime/door';
import { exempt, undo } from '../runtime/people';

/** Entry of the function that takes repairs back, and keeps exemptions: all that loosens. */
export const handler = deskOf(openDoor('undo'), { undo, exempt, revoke: exempt });
