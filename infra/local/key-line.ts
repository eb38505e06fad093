// How to come by an API key when the one that was shown once is lost: a command that mints another.
import { recordsOf } from '../../lib/table/records.ts';
import type { Table } from '../../lib/table/table.ts';

/** Text as one word of a shell, whatever is in it. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Ids of merchants, two at most: more make no difference here. */
const someMerchants = async (table: Table): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const { record } of recordsOf(table, 'merchants')) {
    ids.push(record.id);
    if (ids.length === 2) break;
  }
  return ids;
};

/**
 * The command that mints a key at `url`, for the one merchant there is or, of several, for one to be filled in;
 * undefined without merchants. The root key is not in it: the shell reads it from the file at `secretsPath`, or without
 * one from its environment, when the command runs.
 */
export const keyLine = async (
  table: Table,
  url: string,
  secretsPath: string | undefined,
): Promise<string | undefined> => {
  const [merchant, another] = await someMerchants(table);
  if (merchant === undefined) return undefined;
  const rootKey =
    secretsPath === undefined ? '$ROOT_KEY' : `$(node -p 'require(process.argv[1]).rootKey' ${quoted(secretsPath)})`;
  const whose = another === undefined ? merchant : 'MERCHANT_ID';
  return `another API key: curl -X POST -H "Authorization: Bearer ${rootKey}" ${url}/v1/merchants/${whose}/api-keys`;
};
