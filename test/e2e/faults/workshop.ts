import { DOORS, type Door } from '../../../lambda/runtime/deployment/spec';
import { type Blueprint, blueprintOf, FunctionProcess } from './function-process';
import { Gate } from './gate';
import type { OwnSandbox } from './own-sandbox';

/** Where functions of a deployment run as processes of the test. All that is started here ends with it. */
export class Workshop {
  public static async open(own: OwnSandbox): Promise<Workshop> {
    const found = await Promise.all(DOORS.map(async (door) => [door, await blueprintOf(own, door)] as const));
    return new Workshop(own, Object.fromEntries(found) as Record<Door, Blueprint>);
  }

  private readonly processes: FunctionProcess[] = [];
  private readonly gates: Gate[] = [];

  private constructor(
    public readonly own: OwnSandbox,
    private readonly blueprints: Readonly<Record<Door, Blueprint>>,
  ) {}

  public async start(door: Door, endpoint = this.own.sandbox.endpoint): Promise<FunctionProcess> {
    const process = await FunctionProcess.start(this.own, this.blueprints[door], endpoint);
    this.processes.push(process);
    return process;
  }

  public async gate(): Promise<Gate> {
    const gate = await Gate.to(this.own.sandbox.endpoint);
    this.gates.push(gate);
    return gate;
  }

  /** What all processes wrote to their logs. */
  public get lines(): string[] {
    return this.processes.flatMap(({ lines }) => lines);
  }

  /** What the processes were given and took, and what must not stand in a log. */
  public get secrets(): string[] {
    return [...this.processes, ...this.gates].flatMap(({ secrets }) => secrets);
  }

  public async close(): Promise<void> {
    await Promise.all([...this.processes.map((each) => each.stop()), ...this.gates.map((each) => each.close())]);
  }
}
