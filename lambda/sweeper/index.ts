import { openDoor } from '../runtime/door';
import { sendAll } from '../runtime/queue';
import { sweeperOf } from './handler';

const door = openDoor('sweeper');
const { variables, region } = door;

/** Entry of the function that lists resources, because events can be lost. */
export const handler = sweeperOf({
  ...door,
  home: region,
  hand: (messages) => sendAll(variables.BULWARK_SIGNAL_QUEUE, messages, region),
  goOn: (messages) => sendAll(variables.BULWARK_QUEUE, messages, region),
});
