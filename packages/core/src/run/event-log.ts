import { join } from "node:path";
import { JsonlWriter } from "../files/jsonl-writer.js";

/** `events.jsonl`: what happened to a run and when, for whoever looks at it later. Resuming appends. */
export class EventLog {
  private constructor(private readonly writer: JsonlWriter) {}

  static async open(directory: string): Promise<EventLog> {
    return new EventLog(await JsonlWriter.open(join(directory, "events.jsonl")));
  }

  async write(event: string, facts: object = {}): Promise<void> {
    await this.writer.append({ time: new Date().toISOString(), event, ...facts });
  }

  async close(): Promise<void> {
    await this.writer.close();
  }
}
