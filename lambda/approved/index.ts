import { deskOf } from '../runtime/desk';
import { openDoor } from '../runtime/door';
import { approve } from '../runtime/people';

/** Entry of the function that carries out what a person approved. */
export const handler = deskOf(openDoor('approved'), { approve });
