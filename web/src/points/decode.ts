/** Why a file or pasted rows cannot be taken. n is the row, or how much there is. */
export interface Fault {
  kind: "empty" | "bytes" | "rows" | "workbook" | "binary" | "quote";
  n?: number;
}

export type Encoding = "utf-8" | "utf-16le" | "gb18030";

/**
 * The text of a file. Spreadsheet programs write UTF-8 with or without a mark, UTF-16 with one, or, in China, GB 18030 and its
 * predecessors; what is not valid UTF-8 is taken for that.
 */
export function decode(bytes: Uint8Array): { text: string; encoding: Encoding } | Fault {
  if (begins(bytes, 0x50, 0x4b, 3, 4) || begins(bytes, 0xd0, 0xcf, 0x11, 0xe0)) return { kind: "workbook" };
  if (begins(bytes, 0xff, 0xfe)) return { text: new TextDecoder("utf-16le").decode(bytes), encoding: "utf-16le" };
  if (bytes.subarray(0, 1 << 16).includes(0)) return { kind: "binary" };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), encoding: "utf-8" };
  } catch {
    return { text: new TextDecoder("gb18030").decode(bytes), encoding: "gb18030" };
  }
}

function begins(bytes: Uint8Array, ...with_: number[]): boolean {
  return with_.every((b, i) => bytes[i] === b);
}
