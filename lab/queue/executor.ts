/** What runs SQL. */

/** A pool of connections, or one transaction. */
export interface Executor {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[]; rowCount: number | null }>;
}
