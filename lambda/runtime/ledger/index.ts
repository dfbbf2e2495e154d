import { Exemptions } from './exemptions';
import { Plans } from './plans';
import { Runs } from './runs';
import { Sweeps } from './sweeps';
import { Table } from './table';

/** The memory of the engine. */
export class Ledger {
  public readonly runs: Runs;
  public readonly plans: Plans;
  public readonly exemptions: Exemptions;
  public readonly sweeps: Sweeps;

  public constructor(table: string, region: string) {
    const opened = new Table(table, region);
    this.runs = new Runs(opened);
    this.plans = new Plans(opened);
    this.exemptions = new Exemptions(opened);
    this.sweeps = new Sweeps(opened);
  }
}
